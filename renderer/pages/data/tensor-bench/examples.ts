/** Texts to begin with, in the order of the chapter. To add one: an entry here; tests/e2e/tensor.spec.ts runs them all. */

export type Example = {
  /** In the menu: a few words. */
  readonly title: string
  readonly text: string
  /** Whether it speaks of the data set's threes and sevens. */
  readonly ofImages: boolean
}

export const examples: readonly Example[] = [
  { title: 'A part of the three', ofImages: true, text: 'show_image(im3)\nim3[4:10,4:10]' },
  {
    title: 'Arrays and tensors',
    ofImages: false,
    text: 'data = [[1,2,3],[4,5,6]]\ntns = tensor(data)\ntns\ntns[1]\ntns[:,1]\ntns[1,1:3]\ntns+1\ntns.type()\ntns*1.5',
  },
  {
    title: '1 to 9, doubled, its corner',
    ofImages: false,
    text: 'nine = torch.arange(1,10).view(3,3)\nnine\nnine*2\n(nine*2)[1:,1:]',
  },
  {
    title: 'Stack the threes',
    ofImages: true,
    text: 'stacked = torch.stack(threes).float()/255\nstacked.shape\nstacked.ndim\nshow_image(stacked.mean(0))',
  },
  {
    title: 'Distance to an average',
    ofImages: true,
    text: 'dist_abs = (a_3 - mean3).abs().mean()\ndist_sqr = ((a_3 - mean3)**2).mean().sqrt()\ndist_abs, dist_sqr\nF.l1_loss(a_3, mean7), F.mse_loss(a_3, mean7).sqrt()',
  },
  {
    title: 'All distances at once',
    ofImages: true,
    text: 'def mnist_distance(a,b): return (a-b).abs().mean((-1,-2))\n(valid_3_tens - mean3).shape\nmnist_distance(valid_3_tens, mean3)',
  },
  {
    title: 'Is it a three?',
    ofImages: true,
    text: 'def mnist_distance(a,b): return (a-b).abs().mean((-1,-2))\ndef is_3(x): return mnist_distance(x,mean3) < mnist_distance(x,mean7)\naccuracy_3s = is_3(valid_3_tens).float().mean()\naccuracy_7s = (1 - is_3(valid_7_tens).float()).mean()\naccuracy_3s, accuracy_7s, (accuracy_3s+accuracy_7s)/2',
  },
  {
    title: 'A gradient',
    ofImages: false,
    text: 'xt = tensor([3.,4.,10.]).requires_grad_()\nyt = (xt**2).sum()\nyt\nyt.backward()\nxt.grad',
  },
  {
    title: 'Fit the roller coaster',
    ofImages: false,
    text: `time = torch.arange(0,20).float()
speed = torch.randn(20)*3 + 0.75*(time-9.5)**2 + 1
def f(t, params):
    a,b,c = params
    return a*(t**2) + (b*t) + c
def mse(preds, targets): return ((preds-targets)**2).mean()
params = torch.randn(3).requires_grad_()
for i in range(10):
    loss = mse(f(time, params), speed)
    loss.backward()
    params.data -= 1e-5 * params.grad.data
    params.grad = None
    print(loss.item())`,
  },
  {
    title: 'The loss of the chapter',
    ofImages: false,
    text: 'trgts = tensor([1,0,1])\nprds = tensor([0.9, 0.4, 0.2])\ntorch.where(trgts==1, 1-prds, prds)\ntorch.where(trgts==1, 1-prds, prds).mean()',
  },
  {
    title: 'One linear layer',
    ofImages: true,
    text: 'train_x.shape, train_y.shape\nweights = torch.randn(28*28,1)\nbias = torch.randn(1)\npreds = train_x@weights + bias\npreds\n((preds>0.0).float() == train_y).float().mean()',
  },
  {
    title: 'Broadcasting',
    ofImages: false,
    text: 'column = tensor([[1],[2],[3]])\nrow = tensor([10,20,30])\ncolumn + row\ncolumn * row',
  },
  {
    title: 'Matrix product three ways',
    ofImages: false,
    text: "a = torch.arange(6).view(2,3)\nb = torch.arange(12).view(3,4)\na@b\n(a[:,:,None]*b[None]).sum(1)\neinsum('ij,jk->ik', a, b)",
  },
]

/** Those that make sense: without threes and sevens in the data set, the ones that speak of tensors alone. */
export function examplesFor(hasPair: boolean): readonly Example[] {
  return hasPair ? examples : examples.filter(({ ofImages }) => !ofImages)
}
