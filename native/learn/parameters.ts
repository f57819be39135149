/** The parameters of a model, before and after they have numbers: names, shapes and initialization. */
import { Random } from './random.ts'
import type { InitializationName } from './specification.ts'

export type Parameter = {
  /** As in a PyTorch state: `layer1.weight`. */
  readonly name: string
  /** Weights `[inputs, outputs]`, biases `[outputs]`. */
  readonly shape: readonly number[]
  /** `gain` and `shift` are what a normalized value is multiplied by and moved by. */
  readonly role: 'weight' | 'bias' | 'gain' | 'shift'
  /** Numbers that go into one output of its layer, and outputs that one number goes to: fan-in and fan-out. */
  readonly inputs: number
  readonly outputs: number
}

export type Weights = ReadonlyMap<string, Float32Array>

/** Initializations that need no data. */
export type DrawnInitialization = Exclude<InitializationName, 'averages'>

type Initializer = (parameter: Parameter, random: Random) => number

/** To add an initialization: an entry in specification.ts, and its draw here. */
const initializers: Readonly<Record<DrawnInitialization, Initializer>> = {
  zeros: () => 0,
  normal: (_, random) => random.normal(),
  // U(-1/sqrt(inputs), 1/sqrt(inputs)), weights and biases alike: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
  linear: ({ inputs }, random) => (2 * random.uniform() - 1) / Math.sqrt(inputs),
  // Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html, its uniform form
  xavier: ({ inputs, outputs, role }, random) =>
    role === 'bias' ? 0 : (2 * random.uniform() - 1) * Math.sqrt(6 / (inputs + outputs)),
  // He et al. 2015, https://arxiv.org/abs/1502.01852
  he: ({ inputs, role }, random) => (role === 'bias' ? 0 : random.normal() * Math.sqrt(2 / inputs)),
}

/** Numbers for all parameters; the same seed draws the same. Each parameter has its own stream of random numbers. */
export function initialize(
  parameters: readonly Parameter[],
  how: DrawnInitialization,
  seed: number,
): Map<string, Float32Array> {
  const draw = initializers[how]
  return new Map(
    parameters.map((parameter, position) => {
      const random = new Random(seed, position + 1)
      const count = parameter.shape.reduce((product, size) => product * size, 1)
      // A normalization begins as one that changes nothing, whatever the weights begin as.
      if (parameter.role === 'gain') return [parameter.name, new Float32Array(count).fill(1)]
      if (parameter.role === 'shift') return [parameter.name, new Float32Array(count)]
      const numbers = new Float32Array(count)
      for (let index = 0; index < count; index += 1) numbers[index] = draw(parameter, random)
      return [parameter.name, numbers]
    }),
  )
}
