/**
 * What a training run is, as plain data: the registries of models, losses, optimizers, initializations and orders, and
 * the specification that names one of each. Pure, no graph and no runtime, so that forms, the command line and the engine
 * share it. To add a model or a loss: an entry here, and its builder in native/learn/models or native/learn/losses.
 */

/** A registry entry as people see it. */
export type Entry = { readonly title: string; readonly description: string }

export const models = {
  linear: { title: 'Linear', description: 'One weighted sum of the 784 pixels for each output.' },
  simple_net: {
    title: 'Small net',
    description: "The book's simple_net: 30 hidden units with ReLU between two linear layers.",
  },
  mlp: {
    title: 'Multi-layer',
    description: 'Linear layers with ReLU between them; the sizes of the hidden layers are yours.',
  },
  lenet: {
    title: 'LeNet',
    description: 'Two convolutions with max-pooling, then a linear layer: looks for small shapes wherever they are.',
  },
  lenet_average: { title: 'LeNet, average pool', description: 'LeNet that pools by the mean instead of the maximum.' },
  resnet: {
    title: 'ResNet',
    description: 'Two residual blocks: convolutions that add to what they were given, with normalization between them.',
  },
} as const satisfies Record<string, Entry>
export type ModelName = keyof typeof models

export const losses = {
  mnist_loss: {
    title: 'mnist_loss',
    description: "The book's loss for two classes: how far the sigmoid of the output lies from the right answer.",
  },
  cross_entropy: {
    title: 'Cross-entropy',
    description: 'Minus the logarithm of the probability that the model gave to the right class.',
  },
  binary_cross_entropy: {
    title: 'Binary cross-entropy',
    description: 'Each output is a yes or no of its own: minus the logarithm of the probability of what is right.',
  },
  mse: {
    title: 'Mean squared error',
    description: 'The mean squared difference between the probabilities and the right answer.',
  },
  l1: {
    title: 'Mean absolute error',
    description: 'The mean absolute difference between the probabilities and the right answer.',
  },
  accuracy: {
    title: 'Accuracy as loss',
    description:
      'The share of wrong answers. Its gradient is 0 everywhere, so nothing is learned: see why losses exist.',
  },
} as const satisfies Record<string, Entry>
export type LossName = keyof typeof losses

export const optimizers = {
  sgd: { title: 'SGD', description: 'Each weight moves against its gradient, times the learning rate.' },
  momentum: {
    title: 'Momentum',
    description: 'SGD that keeps nine tenths of its last move. A tenth of the learning rate of SGD goes as far.',
  },
  nesterov: { title: 'Nesterov', description: 'Momentum that looks one step ahead.' },
  adam: {
    title: 'Adam',
    description:
      'Each weight has its own pace, from the size of its last gradients. Learning rates near 0.001 suit it.',
  },
  adamw: { title: 'AdamW', description: 'Adam, with weight decay taken off the weights themselves.' },
} as const satisfies Record<string, Entry>
export type OptimizerName = keyof typeof optimizers

export const initializations = {
  zeros: { title: 'Zeros', description: 'All weights and biases are 0. Hidden units then stay all alike.' },
  normal: { title: 'N(0, 1)', description: "Standard normal, as the book's init_params." },
  linear: {
    title: 'nn.Linear',
    description: "PyTorch's default: uniform between minus and plus 1 over the square root of the inputs.",
  },
  xavier: {
    title: 'Xavier',
    description: 'Uniform, scaled by inputs and outputs so that signals keep their size through tanh; biases are 0.',
  },
  he: { title: 'He', description: 'Normal with variance 2 over the inputs, made for ReLU; biases are 0.' },
  averages: {
    title: 'Average digits',
    description:
      'The linear model that names the nearest average (RMSE): it begins with the accuracy of that baseline.',
  },
} as const satisfies Record<string, Entry>
export type InitializationName = keyof typeof initializations

export const orders = {
  shuffled: { title: 'Shuffled', description: 'A new random order in every epoch.' },
  book: {
    title: "The book's",
    description:
      'Not shuffled: class after class, each in the order of its file names. All threes come before all sevens.',
  },
} as const satisfies Record<string, Entry>
export type OrderName = keyof typeof orders

export const schedules = {
  constant: { title: 'Constant', description: 'The same learning rate throughout.' },
  step: { title: 'Step', description: 'A tenth of it after half of the run, a hundredth after three quarters.' },
  'one-cycle': {
    title: 'One-cycle',
    description: 'Rises to the learning rate over the first quarter, then falls to almost nothing.',
  },
} as const satisfies Record<string, Entry>
export type ScheduleName = keyof typeof schedules

export const activations = {
  relu: { title: 'ReLU', description: 'What is below 0 becomes 0.' },
  sigmoid: { title: 'Sigmoid', description: 'Squeezed between 0 and 1.' },
  tanh: { title: 'tanh', description: 'Squeezed between -1 and 1.' },
} as const satisfies Record<string, Entry>
export type ActivationName = keyof typeof activations

/** Which of them a machine can have, and which work on it: native/runtime/devices.ts. */
export const devices = {
  cpu: { title: 'CPU', description: 'The processor.' },
  auto: {
    title: 'Fastest',
    description: 'Measures the model for a moment on each device that works, and takes the fastest.',
  },
  webgpu: { title: 'WebGPU', description: 'The graphics card, by Vulkan, Metal or Direct3D 12.' },
  cuda: {
    title: 'CUDA',
    description: "NVIDIA's graphics cards, where CUDA and its files for ONNX Runtime are installed.",
  },
  dml: { title: 'DirectML', description: 'The graphics card, by DirectX 12 on Windows.' },
  coreml: { title: 'CoreML', description: "Apple's graphics and neural processors." },
} as const satisfies Record<string, Entry>
export type DeviceName = keyof typeof devices
/** A device itself, not the wish for the fastest. */
export type Device = Exclude<DeviceName, 'auto'>

export const stopMetrics = {
  accuracy: { title: 'Accuracy', description: 'The share of the test images that are read right reaches this.' },
  validLoss: { title: 'Validation loss', description: 'The loss on the test images falls to this.' },
} as const satisfies Record<string, Entry>
export type StopMetric = keyof typeof stopMetrics

/** Ends a run with the first epoch whose accuracy is at least `value`, or whose validation loss is at most that. */
export type StopAt = { readonly metric: StopMetric; readonly value: number }

/** The names of a registry, typed; the form that zod's enum and the command line want. */
export function namesOf<T extends Record<string, Entry>>(registry: T): [keyof T & string, ...(keyof T & string)[]] {
  const names = Object.keys(registry)
  const [first, ...rest] = names
  if (first === undefined) throw new Error('a registry has at least one entry')
  return [first, ...rest]
}

/**
 * One training run. With two digits `[a, b]` and any loss but cross_entropy the model has one output, where a is 1 and b is 0;
 * otherwise one output per class.
 */
export type RunSpecification = {
  readonly dataset: string
  /** New images for each epoch instead of the same ones; of the data set `synthetic` alone. */
  readonly fresh: boolean
  /** Two to ten different digits, in the order given. */
  readonly digits: readonly number[]
  readonly model: ModelName
  /** Sizes of the hidden layers; used by `mlp` alone. */
  readonly hidden: readonly number[]
  /** Between the layers of `mlp` and `simple_net`. */
  readonly activation: ActivationName
  /** Share of the hidden units that a training step leaves out, 0 to 0.9; where a model convolves, before its linear layer. */
  readonly dropout: number
  readonly loss: LossName
  readonly optimizer: OptimizerName
  /** Above 0; what the schedule starts from or rises to. */
  readonly learningRate: number
  readonly schedule: ScheduleName
  /** 0 or more: how strongly weights and biases are drawn towards 0, as in PyTorch's optimizers. */
  readonly weightDecay: number
  /** 0 to 0.5: share of the right answer that is spread over all classes; with cross-entropy alone. */
  readonly labelSmoothing: number
  /** Gradients add up from step to step, as in a loop that forgets `zero_grad`. */
  readonly forgetZeroGrad: boolean
  /** Images per mini-batch, at least 1; the last one of an epoch may be shorter. */
  readonly batchSize: number
  readonly epochs: number
  readonly order: OrderName
  readonly initialization: InitializationName
  /** 0 to 2^32 - 1. The same specification with one thread gives identical losses and weights. */
  readonly seed: number
  /** Threads of the CPU, 1 to 64; 0 takes as many as measure fastest for this model. */
  readonly threads: number
  readonly device: DeviceName
  /** Null: it trains all its epochs. */
  readonly stopAt: StopAt | null
  /** The mini-batch of another run that this one branched off after; null for a run of its own. */
  readonly from: { readonly run: number; readonly step: number } | null
}

export const allDigits: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

/** The specification that the form and the command line start from; two digits change its loss. */
export function defaultSpecification(digits: readonly number[] = allDigits): RunSpecification {
  return {
    dataset: 'synthetic',
    fresh: false,
    digits,
    model: 'linear',
    hidden: [128],
    loss: digits.length === 2 ? 'mnist_loss' : 'cross_entropy',
    activation: 'relu',
    dropout: 0,
    optimizer: 'sgd',
    learningRate: 0.1,
    schedule: 'constant',
    weightDecay: 0,
    labelSmoothing: 0,
    forgetZeroGrad: false,
    batchSize: 256,
    epochs: 5,
    order: 'shuffled',
    initialization: 'linear',
    seed: 1,
    threads: 1,
    device: 'cpu',
    stopAt: null,
    from: null,
  }
}

/** Whether the model answers with a single number whose sigmoid is the probability of the first digit. */
export function hasSingleOutput(spec: Pick<RunSpecification, 'digits' | 'loss'>): boolean {
  return spec.digits.length === 2 && spec.loss !== 'cross_entropy'
}

/**
 * The digit that each class index stands for. With two digits `[a, b]` it is `[b, a]`, since a is 1 and b is 0; with
 * more, ascending.
 */
export function classesOf(digits: readonly number[]): number[] {
  const [a, b] = digits
  if (digits.length === 2 && a !== undefined && b !== undefined) return [b, a]
  return [...digits].sort((x, y) => x - y)
}

/** Whether the model convolves, so that it has kernels instead of a first layer of weights as large as the image. */
export function isConvolutional(model: ModelName): boolean {
  return model === 'lenet' || model === 'lenet_average' || model === 'resnet'
}

/** Channels of the ResNet's stem and first block, at 14 x 14, and of its second block, at 7 x 7. */
export const resnetChannels = [16, 32] as const

/** Numbers from the input to the output: `[784, 30, 10]`; for LeNet after each pooling, for the ResNet after each block. */
export function layerSizes(spec: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>): number[] {
  const outputs = hasSingleOutput(spec) ? 1 : spec.digits.length
  return [784, ...hiddenSizes(spec), outputs]
}

function hiddenSizes({ model, hidden }: Pick<RunSpecification, 'model' | 'hidden'>): readonly number[] {
  switch (model) {
    case 'linear':
      return []
    case 'simple_net':
      return [30]
    case 'mlp':
      return hidden
    case 'lenet':
    case 'lenet_average':
      return [8 * 14 * 14, 16 * 7 * 7]
    case 'resnet':
      return [resnetChannels[0] * 14 * 14, resnetChannels[1] * 7 * 7]
  }
}

/**
 * Weights and biases: each fully connected layer has inputs x outputs + outputs, each convolution of LeNet 25 weights for each
 * pair of channels and a bias for each output channel, each of the ResNet a gain and a shift instead of the bias.
 */
export function countParameters(spec: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>): number {
  const sizes = layerSizes(spec)
  if (spec.model === 'resnet') {
    const [narrow, wide] = resnetChannels
    // Kernel area, channels in and out: the stem, two blocks of two convolutions, and the second block's shortcut.
    const convolutions = [
      [25, 1, narrow],
      [9, narrow, narrow],
      [9, narrow, narrow],
      [9, narrow, wide],
      [9, wide, wide],
      [1, narrow, wide],
    ] as const
    const own = convolutions.reduce((total, [area, from, to]) => total + area * from * to + 2 * to, 0)
    return own + fullyConnectedCount(sizes.slice(-2))
  }
  if (isConvolutional(spec.model)) return 25 * 8 + 8 + 25 * 8 * 16 + 16 + fullyConnectedCount(sizes.slice(-2))
  return fullyConnectedCount(sizes)
}

function fullyConnectedCount(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((total, outputs, layer) => total + (sizes[layer] ?? 0) * outputs + outputs, 0)
}

/** Losses that end at 1 have slopes that end at 0 there: their rates can be far larger before anything breaks. */
const bounded: readonly LossName[] = ['mnist_loss', 'mse', 'l1', 'accuracy']

/** The learning rates that the finder tries. */
export function rateRange({ loss }: Pick<RunSpecification, 'loss'>): { readonly from: number; readonly to: number } {
  return { from: 1e-6, to: bounded.includes(loss) ? 1000 : 10 }
}

/** A run of the book or a good first run, for the form's list of presets. */
export type Preset = {
  readonly id: string
  readonly title: string
  readonly specification: Omit<RunSpecification, 'dataset' | 'device' | 'threads'>
}

const bookRun = { ...defaultSpecification([3, 7]), seed: 42, order: 'book' } as const

/** Adam on one cycle, for the models that convolve. */
function oneCycle(digits: readonly number[] = allDigits) {
  const adam = { optimizer: 'adam', schedule: 'one-cycle', initialization: 'he', batchSize: 64, seed: 42 } as const
  return { ...defaultSpecification(digits), loss: 'cross_entropy', ...adam } as const
}

export const presets: readonly Preset[] = [
  {
    id: 'ten-small-net',
    title: 'Ten digits, small net',
    specification: { ...defaultSpecification(), model: 'simple_net', learningRate: 0.5, epochs: 20, seed: 42 },
  },
  {
    id: 'ten-linear',
    title: 'Ten digits, linear',
    specification: { ...defaultSpecification(), epochs: 10, seed: 42 },
  },
  {
    id: 'ten-multi-layer',
    title: 'Ten digits, 128 hidden units',
    specification: { ...defaultSpecification(), model: 'mlp', learningRate: 0.3, batchSize: 64, epochs: 20, seed: 42 },
  },
  {
    id: 'ten-lenet',
    title: 'Ten digits, LeNet',
    specification: { ...oneCycle(), model: 'lenet', learningRate: 0.006, epochs: 4 },
  },
  {
    id: 'ten-resnet',
    title: 'Ten digits, ResNet',
    specification: { ...oneCycle(), model: 'resnet', learningRate: 0.01, epochs: 3 },
  },
  {
    id: 'book-linear',
    title: "The book's linear model",
    specification: { ...bookRun, learningRate: 1, epochs: 20 },
  },
  {
    id: 'book-linear-normal',
    title: "The book's first run, N(0, 1)",
    specification: { ...bookRun, learningRate: 1, epochs: 20, initialization: 'normal' },
  },
  {
    id: 'book-simple-net',
    title: "The book's simple_net",
    specification: { ...bookRun, model: 'simple_net', learningRate: 0.1, epochs: 40 },
  },
  {
    id: 'book-resnet',
    title: "The book's last run, with a ResNet",
    specification: { ...oneCycle([3, 7]), model: 'resnet', learningRate: 0.005, epochs: 3 },
  },
]
