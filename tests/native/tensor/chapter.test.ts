import { beforeAll, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { describeWithMnist } from '../../mnist.ts'
import { patientSession, result, results } from './evaluate.ts'

describe("the chapter's snippets without images", () => {
  test('an array and a tensor of the same data', () => {
    const session = patientSession()
    expect(
      results(
        session,
        'data = [[1,2,3],[4,5,6]]\narr = array (data)\ntns = tensor(data)\narr  # numpy\ntns  # pytorch\ntns[1]\ntns[:,1]\ntns[1,1:3]\ntns+1\ntns.type()\ntns*1.5',
      ),
    ).toEqual([
      'array([[1, 2, 3],\n       [4, 5, 6]])',
      'tensor([[1, 2, 3],\n        [4, 5, 6]])',
      'tensor([4, 5, 6])',
      'tensor([2, 5])',
      'tensor([5, 6])',
      'tensor([[2, 3, 4],\n        [5, 6, 7]])',
      "'torch.LongTensor'",
      'tensor([[1.5000, 3.0000, 4.5000],\n        [6.0000, 7.5000, 9.0000]])',
    ])
  })

  test('[1,2,3] + 1, by a number and by a tensor', () => {
    expect(result('tensor([1,2,3]) + 1')).toBe('tensor([2, 3, 4])')
    expect(result('tensor([1,2,3]) + tensor([1,1,1])')).toBe('tensor([2, 3, 4])')
  })

  test('1 to 9 as 3 x 3, doubled, and the four at the bottom right', () => {
    expect(result('t = torch.arange(1,10).view(3,3)\n(t*2)[1:,1:]')).toBe('tensor([[10, 12],\n        [16, 18]])')
    expect(result('(array([[1,2,3],[4,5,6],[7,8,9]])*2)[1:,1:]')).toBe('array([[10, 12],\n       [16, 18]])')
  })

  test('x squared at 3 is 9 with the gradient 6', () => {
    const session = patientSession()
    expect(results(session, 'def f(x): return x**2\nxt = tensor(3.).requires_grad_()\nyt = f(xt)\nyt')).toEqual([
      'tensor(9., grad_fn=<PowBackward0>)',
    ])
    expect(results(session, 'yt.backward()')).toEqual([])
    expect(results(session, 'xt.grad')).toEqual(['tensor(6.)'])
  })

  test('the sum of squares at [3, 4, 10] is 125 with the gradient [6, 8, 20]', () => {
    const session = patientSession()
    const texts = results(
      session,
      'xt = tensor([3.,4.,10.]).requires_grad_()\nxt\ndef f(x): return (x**2).sum()\n\nyt = f(xt)\nyt\nyt.backward()\nxt.grad',
    )
    expect(texts).toEqual([
      'tensor([ 3.,  4., 10.], requires_grad=True)',
      'tensor(125., grad_fn=<SumBackward0>)',
      'tensor([ 6.,  8., 20.])',
    ])
  })

  test('the loss of the chapter, before and after a prediction became better', () => {
    const session = patientSession()
    const texts = results(
      session,
      'trgts  = tensor([1,0,1])\nprds   = tensor([0.9, 0.4, 0.2])\ndef mnist_loss(predictions, targets):\n    return torch.where(targets==1, 1-predictions, predictions).mean()\ntorch.where(trgts==1, 1-prds, prds)\nmnist_loss(prds,trgts)\nmnist_loss(tensor([0.9, 0.4, 0.8]),trgts)',
    )
    expect(texts).toEqual(['tensor([0.1000, 0.4000, 0.8000])', 'tensor(0.4333)', 'tensor(0.2333)'])
  })

  test('the roller coaster is fitted by the steps of the chapter', () => {
    const session = patientSession()
    // Without noise the losses have a closed course: the reference is the same loop in double precision.
    const texts = results(
      session,
      `time = torch.arange(0,20).float()
speed = 0.75*(time-9.5)**2 + 1
def f(t, params):
    a,b,c = params
    return a*(t**2) + (b*t) + c
def mse(preds, targets): return ((preds-targets)**2).mean()
params = tensor([-.7658,-.7506,1.3525]).requires_grad_()
lr = 1e-5
def apply_step(params, prn=True):
    preds = f(time, params)
    loss = mse(preds, speed)
    loss.backward()
    params.data -= lr * params.grad.data
    params.grad = None
    if prn: print(loss.item())
    return preds
for i in range(10): apply_step(params)`,
    )
    const losses = texts[0]!.trim().split('\n').map(Number)
    const expected = rollerCoaster(10)
    expect(losses).toHaveLength(10)
    for (const [step, loss] of losses.entries()) {
      expect(Math.abs(loss / expected[step]! - 1)).toBeLessThan(1e-4)
    }
    // The book's noise moves its own figures a little: its first losses are 25823.8 and 5435.5.
    expect(losses[0]).toBeGreaterThan(23_000)
    expect(losses[0]).toBeLessThan(28_500)
  })

  test('a data loader gives the last, short mini-batch too', () => {
    const session = patientSession()
    expect(results(session, 'dl = DataLoader(range(15), batch_size=4)\nlen(dl), dl[0], dl[-1]')).toEqual([
      '(4, tensor([0, 1, 2, 3]), tensor([12, 13, 14]))',
    ])
    const letters = results(session, 'ds = L(enumerate(string.ascii_lowercase))\nlen(ds)\ndl = DataLoader(ds, batch_size=6)\ndl[0]\nlen(dl[-1][0])') // prettier-ignore
    expect(letters).toEqual(['26', "(tensor([0, 1, 2, 3, 4, 5]), ('a', 'b', 'c', 'd', 'e', 'f'))", '2'])
    expect(results(session, "list(zip([1,2,3,4], 'abcd'))")).toEqual(["[(1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')]"])
  })
})

/** Mean squared errors of the chapter's loop on a parabola, with gradients by hand. */
function rollerCoaster(steps: number): number[] {
  const params = [-0.7658, -0.7506, 1.3525]
  const losses: number[] = []
  for (let step = 0; step < steps; step += 1) {
    let loss = 0
    const gradient = [0, 0, 0]
    for (let t = 0; t < 20; t += 1) {
      const terms = [t * t, t, 1]
      const error = terms.reduce((sum, term, index) => sum + term * params[index]!, 0) - (0.75 * (t - 9.5) ** 2 + 1)
      loss += error ** 2 / 20
      for (const index of gradient.keys()) gradient[index]! += (2 * error * terms[index]!) / 20
    }
    losses.push(loss)
    for (const index of params.keys()) params[index]! -= 1e-5 * gradient[index]!
  }
  return losses
}

describeWithMnist("the chapter's snippets on MNIST", (folder) => {
  const session = patientSession()

  beforeAll(async () => {
    const datasets = new Datasets({ dataDirectory: folder, searchFolders: [folder] })
    session.setImages({ train: await datasets.load('mnist', 'train'), test: await datasets.load('mnist', 'test') })
  })

  test('folders are listed as the chapter lists them', () => {
    expect(
      results(
        session,
        "threes = (path/'train'/'3').ls().sorted()\nlen(threes)\nvalid_3_tens = torch.stack([tensor(Image.open(o)) \n                            for o in (path/'valid'/'3').ls()])\nvalid_3_tens = valid_3_tens.float()/255\nvalid_3_tens.shape\n(path/'valid').ls()[3]",
      ),
    ).toEqual(['6131', 'torch.Size([1010, 28, 28])', "Path('valid/3')"])
  })

  test('the slice of the sample three', () => {
    const rows = [
      '[  0,   0,   0,   0,   0,   0]',
      '[  0,   0,   0,   0,   0,  29]',
      '[  0,   0,   0,  48, 166, 224]',
      '[  0,  93, 244, 249, 253, 187]',
      '[  0, 107, 253, 253, 230,  48]',
      '[  0,   3,  20,  20,  15,   0]',
    ]
    expect(
      results(
        session,
        'im3_path = threes[1]\nim3 = Image.open(im3_path)\narray(im3)[4:10,4:10]\ntensor(im3)[4:10,4:10]',
      ),
    ).toEqual([
      `array([${rows.join(',\n       ')}], dtype=uint8)`,
      `tensor([${rows.join(',\n        ')}], dtype=torch.uint8)`,
    ])
  })

  test('6,131 threes and 6,265 sevens are stacked to rank 3', () => {
    expect(
      results(
        session,
        'seven_tensors = [tensor(Image.open(o)) for o in sevens]\nthree_tensors = [tensor(Image.open(o)) for o in threes]\nlen(three_tensors),len(seven_tensors)\nstacked_sevens = torch.stack(seven_tensors).float()/255\nstacked_threes = torch.stack(three_tensors).float()/255\nstacked_threes.shape\nlen(stacked_threes.shape)\nstacked_threes.ndim',
      ),
    ).toEqual(['(6131, 6265)', 'torch.Size([6131, 28, 28])', '3', '3'])
  })

  test('the distances of a three to both averages', () => {
    const texts = results(
      session,
      'mean3 = stacked_threes.mean(0)\nmean7 = stacked_sevens.mean(0)\nshow_image(mean3);\na_3 = stacked_threes[1]\ndist_3_abs = (a_3 - mean3).abs().mean()\ndist_3_sqr = ((a_3 - mean3)**2).mean().sqrt()\ndist_3_abs,dist_3_sqr\ndist_7_abs = (a_3 - mean7).abs().mean()\ndist_7_sqr = ((a_3 - mean7)**2).mean().sqrt()\ndist_7_abs,dist_7_sqr\nF.l1_loss(a_3.float(),mean7), F.mse_loss(a_3,mean7).sqrt()',
    )
    expect(texts).toEqual([
      'picture',
      '(tensor(0.1114), tensor(0.2021))',
      '(tensor(0.1586), tensor(0.3021))',
      '(tensor(0.1586), tensor(0.3021))',
    ])
  })

  test('nearest average by broadcasting reads .9168 of the threes and .9854 of the sevens', () => {
    const evaluation = session.evaluate(
      'valid_3_tens.shape,valid_7_tens.shape\ndef mnist_distance(a,b): return (a-b).abs().mean((-1,-2))\nmnist_distance(a_3, mean3)\nmnist_distance(valid_3_tens, mean3).shape\n(valid_3_tens-mean3).shape\ndef is_3(x): return mnist_distance(x,mean3) < mnist_distance(x,mean7)\nis_3(a_3), is_3(a_3).float()\naccuracy_3s =      is_3(valid_3_tens).float() .mean()\naccuracy_7s = (1 - is_3(valid_7_tens).float()).mean()\n\naccuracy_3s,accuracy_7s,(accuracy_3s+accuracy_7s)/2',
    )
    expect(evaluation.problem).toBeNull()
    expect(evaluation.outputs.map((output) => (output.kind === 'value' ? output.value.text : ''))).toEqual([
      '(torch.Size([1010, 28, 28]), torch.Size([1028, 28, 28]))',
      'tensor(0.1114)',
      'torch.Size([1010])',
      'torch.Size([1010, 28, 28])',
      '(tensor(True), tensor(1.))',
      '(tensor(0.9168), tensor(0.9854), tensor(0.9511))',
    ])
    const record = evaluation.broadcasts.find(
      ({ text }) => text === '(valid_3_tens-mean3)' || text === 'valid_3_tens-mean3',
    )
    expect(record).toMatchObject({
      result: [1010, 28, 28],
      left: { shape: [1010, 28, 28], stretched: [false, false, false] },
      right: { shape: [28, 28], aligned: [null, 28, 28], stretched: [true, false, false] },
    })
  })

  test('the training set as rows, its targets, and its mini-batches of 256', () => {
    expect(
      results(
        session,
        'train_x = torch.cat([stacked_threes, stacked_sevens]).view(-1, 28*28)\ntrain_y = tensor([1]*len(threes) + [0]*len(sevens)).unsqueeze(1)\ntrain_x.shape,train_y.shape\ndset = list(zip(train_x,train_y))\nx,y = dset[0]\nx.shape,y\ndl = DataLoader(dset, batch_size=256)\nxb,yb = first(dl)\nxb.shape,yb.shape\nlen(dl), len(dl[-1][0])',
      ),
    ).toEqual([
      '(torch.Size([12396, 784]), torch.Size([12396, 1]))',
      '(torch.Size([784]), tensor([1]))',
      '(torch.Size([256, 784]), torch.Size([256, 1]))',
      '(49, 108)',
    ])
  })

  test("a linear model is trained by the chapter's loop", () => {
    const texts = results(
      session,
      `def init_params(size, std=1.0): return (torch.randn(size)*std).requires_grad_()
weights = init_params((28*28,1))
bias = init_params(1)
def linear1(xb): return xb@weights + bias
before = ((linear1(train_x)>0.0).float() == train_y).float().mean().item()
weights[0] *= 1.0001
after = ((linear1(train_x)>0.0).float() == train_y).float().mean().item()
before == after
def mnist_loss(predictions, targets):
    predictions = predictions.sigmoid()
    return torch.where(targets==1, 1-predictions, predictions).mean()
batch = train_x[:4]
loss = mnist_loss(linear1(batch), train_y[:4])
loss.backward()
weights.grad.shape, bias.grad.shape
weights.grad.zero_()
bias.grad.zero_();
def train_epoch(lr, params):
    for xb,yb in dl:
        mnist_loss(linear1(xb), yb).backward()
        for p in params:
            p.data -= p.grad*lr
            p.grad.zero_()
for i in range(20): train_epoch(1., (weights,bias))
(((valid_x@weights + bias).sigmoid()>0.5) == valid_y).float().mean().item()`,
    )
    expect(texts.slice(0, 2)).toEqual(['True', '(torch.Size([784, 1]), torch.Size([1]))'])
    // REFERENCE.md, section 2: from N(0, 1), learning rate 1, in the book's order .965 to .978 after twenty epochs.
    expect(Number(texts[2])).toBeGreaterThan(0.96)
    expect(Number(texts[2])).toBeLessThan(0.985)
  })
})
