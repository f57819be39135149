/** The modules of the bench: `torch`, `F` and `np`. To add a function, an entry in one of the lists below. */
import { bind, toBool, toDType, toInt, toNumber, toOperand, toShape, toTensor, toTensors, toText } from './arguments.ts' // prettier-ignore
import { arithmetic, where } from './arithmetic.ts'
import type { Operand } from './arithmetic.ts'
import { cat, stack } from './arrange.ts'
import type { DType } from './dtype.ts'
import { isFloating } from './dtype.ts'
import { functionNames, applyFunction } from './functions-of-one.ts'
import { spendTensor } from './limits.ts'
import { tensorFrom } from './make.ts'
import { einsum, matrixProduct } from './matrix.ts'
import { methods } from './methods.ts'
import { Mistake } from './mistake.ts'
import { mean } from './reduce.ts'
import { filled, shapeText, zeros } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { bool, float, none } from './values.ts'
import type { Builtin, Call, Value } from './values.ts'
import { each } from './walk.ts'

type Run = (call: Call) => Value
type Functions = readonly (readonly [name: string, run: Run])[]

export function builtin(name: string, run: Run): Builtin {
  return { kind: 'builtin', name, run }
}

function moduleOf(name: string, functions: Functions, others: readonly (readonly [string, Value])[] = []): Value {
  const members = new Map<string, Value>([
    ...functions.map(([own, run]) => [own, builtin(own, run)] as const),
    ...others,
  ])
  return { kind: 'module', name, members }
}

/** `zeros(2, 3)`, `zeros((2, 3))`, `zeros([2, 3], dtype=...)`. */
function sized(name: string, isArray: boolean, fill: (result: Tensor, call: Call) => void): Run {
  return (call) => {
    const { keywords } = call
    const [dtype, , wanted] = bind({ arguments: [], keywords }, name, ['dtype', 'requires_grad', 'size'], 0)
    const shape = toShape(wanted === undefined ? call.arguments : [wanted], name)
    const result = zeros(toDType(dtype) ?? (isArray ? 'float64' : 'float32'), shape, isArray)
    fill(result, call)
    result.requiresGrad = toBool(keywords.get('requires_grad'), false, 'requires_grad')
    return result
  }
}

/** Zeros, ones or random numbers in the shape of another tensor. */
function alike(name: string, fill: (result: Tensor, call: Call) => void): Run {
  return (call) => {
    const [other, dtype] = bind(call, name, ['input', 'dtype'], 1)
    const input = toTensor(other, 'The tensor whose shape is taken')
    const result = zeros(toDType(dtype) ?? input.dtype, input.shape, input.isArray)
    fill(result, call)
    return result
  }
}

const ones = (result: Tensor): void => {
  result.storage.fill(1)
}
const drawn =
  (kind: 'normal' | 'uniform') =>
  (result: Tensor, call: Call): void => {
    const random = call.host.random()
    for (let index = 0; index < result.storage.length; index += 1) {
      result.storage[index] = kind === 'normal' ? random.normal() : random.uniform()
    }
  }

function makeFunctions(isArray: boolean): Functions {
  return [
    ['zeros', sized('zeros', isArray, () => undefined)],
    ['ones', sized('ones', isArray, ones)],
    ['zeros_like', alike('zeros_like', () => undefined)],
    ['ones_like', alike('ones_like', ones)],
    ['arange', (call) => arange(call, isArray)],
    ['linspace', (call) => linspace(call, isArray)],
    [
      'full',
      (call) => {
        const [size, value] = bind(call, 'full', ['size', 'fill_value'], 2)
        const whole = value?.kind === 'int'
        return filled(whole ? 'int64' : 'float32', toShape(size === undefined ? [] : [size], 'full'), toNumber(value, 'The value'), isArray) // prettier-ignore
      },
    ],
    [
      'eye',
      (call) => {
        const size = toInt(bind(call, 'eye', ['n'], 1)[0], 'The size')
        const result = zeros(isArray ? 'float64' : 'float32', [size, size], isArray)
        for (let index = 0; index < size; index += 1) result.storage[index * (size + 1)] = 1
        return result
      },
    ],
  ]
}

function arange(call: Call, isArray: boolean): Tensor {
  const [first, second, third, dtype] = bind(call, 'arange', ['start', 'end', 'step', 'dtype'], 1)
  const given = [first, second, third].filter((value) => value !== undefined)
  const whole = given.every((value) => value.kind !== 'float' && !(value.kind === 'tensor' && isFloating(value.dtype)))
  const end = toNumber(second ?? first, 'The end')
  const start = second === undefined ? 0 : toNumber(first, 'The start')
  const step = third === undefined ? 1 : toNumber(third, 'The step')
  if (step === 0 || (end - start) / step < 0 || !Number.isFinite((end - start) / step)) {
    throw new Mistake('tensor/wrong-value', `arange() goes from ${start} to ${end} in steps of ${step}, which leads nowhere.`) // prettier-ignore
  }
  const result = zeros(toDType(dtype) ?? (whole ? 'int64' : isArray ? 'float64' : 'float32'), [Math.ceil((end - start) / step)], isArray) // prettier-ignore
  for (let index = 0; index < result.storage.length; index += 1) result.storage[index] = start + index * step
  return result
}

function linspace(call: Call, isArray: boolean): Tensor {
  const [first, last, steps] = bind(call, 'linspace', ['start', 'end', 'steps'], 2)
  const count = steps === undefined ? 50 : toInt(steps, 'The number of steps')
  const [from, to] = [toNumber(first, 'The start'), toNumber(last, 'The end')]
  const result = zeros(isArray ? 'float64' : 'float32', [count], isArray)
  for (let index = 0; index < count; index += 1)
    result.storage[index] = count === 1 ? from : from + ((to - from) * index) / (count - 1)
  return result
}

/** Methods that can also be called as `torch.name(x, ...)`. */
const asFunctions = [
  ...functionNames,
  'sum', 'mean', 'std', 'var', 'max', 'min', 'amax', 'amin', 'argmax', 'argmin', 'all', 'any', 'reshape', 'unsqueeze',
  'squeeze', 'flatten', 'transpose', 'permute', 't', 'clamp', 'clone', 'numel', 'pow', 'add', 'sub', 'mul', 'div',
  'matmul', 'mm', 'dot', 'eq', 'neg', 'flip',
] as const // prettier-ignore

/** A method as a function whose first argument is the tensor. */
export function asFunction(name: string): Run {
  return (call) => {
    const [self, ...values] = call.arguments
    const method = methods.get(name)
    if (method === undefined) throw new Error(`no method ${name}`)
    return method(toTensor(self, `What ${name}() is called with`), { ...call, arguments: values })
  }
}

const joining: Functions = [
  [
    'stack',
    (call) => {
      const [tensors, axis] = bind(call, 'stack', ['tensors', 'dim'], 1)
      return stack(toTensors(tensors, 'stack'), axis === undefined ? 0 : toInt(axis, 'The axis'))
    },
  ],
  [
    'cat',
    (call) => {
      const [tensors, axis] = bind(call, 'cat', ['tensors', 'dim'], 1)
      return cat(toTensors(tensors, 'cat'), axis === undefined ? 0 : toInt(axis, 'The axis'))
    },
  ],
  [
    'einsum',
    (call) => {
      const [equation, ...values] = call.arguments
      const [first] = values
      const list = values.length === 1 && (first?.kind === 'list' || first?.kind === 'tuple') ? first.items : values
      const inputs = list.map((value) => toTensor(value, 'What einsum() multiplies'))
      if (inputs.length === 0) throw new Mistake('tensor/wrong-type', "einsum() needs tensors after its equation, as in einsum('ij,jk->ik', a, b).") // prettier-ignore
      return einsum(toText(equation, 'The equation'), inputs)
    },
  ],
  [
    'where',
    (call) => {
      const [condition, a, b] = bind(call, 'where', ['condition', 'input', 'other'], 3)
      return where(toTensor(condition, 'The condition'), side(a), side(b))
    },
  ],
  ['maximum', (call) => pair(call, 'maximum')],
  ['minimum', (call) => pair(call, 'minimum')],
]

function side(value: Value | undefined): Operand {
  const operand = value === undefined ? null : toOperand(value)
  return operand ?? toTensor(value, 'This side')
}

function pair(call: Call, name: 'maximum' | 'minimum'): Tensor {
  const [a, b] = bind(call, name, ['input', 'other'], 2)
  return arithmetic(name, side(a), side(b))
}

/** `torch.tensor`, with `dtype` and `requires_grad`. */
function makeTensor(call: Call): Tensor {
  const { arguments: values, keywords } = call
  // fastai's tensor(1, 2, 3) is tensor([1, 2, 3]).
  const many = values.length > 1
  const [given, dtype, wants] = bind(
    many ? { arguments: [{ kind: 'list', items: [...values] }], keywords } : call,
    'tensor',
    ['data', 'dtype', 'requires_grad'],
    1,
  )
  const result = tensorFrom(given ?? none, toDType(dtype), false)
  result.requiresGrad = toBool(wants, false, 'requires_grad')
  return result
}

function makeArray(call: Call): Tensor {
  const [given, dtype] = bind(call, 'array', ['object', 'dtype'], 1)
  return tensorFrom(given ?? none, toDType(dtype), true)
}

/** L1: mean absolute difference; MSE: mean squared difference. */
function lossOf(name: string, kind: 'abs' | 'square'): Run {
  return (call) => {
    const [input, target] = bind(call, name, ['input', 'target'], 2)
    const [a, b] = [toTensor(input, 'The predictions'), toTensor(target, 'The targets')]
    return mean(applyFunction(kind, arithmetic('-', a, b)), { axes: null, keep: false })
  }
}

function isClose(call: Call): Value {
  const [a, b, relative, absolute] = bind(call, 'allclose', ['input', 'other', 'rtol', 'atol'], 2)
  const rtol = relative === undefined ? 1e-5 : toNumber(relative, 'rtol')
  const atol = absolute === undefined ? 1e-8 : toNumber(absolute, 'atol')
  const [left, right] = [toTensor(a, 'The first'), toTensor(b, 'The second')]
  let close = true
  const limit = arithmetic('+', arithmetic('*', applyFunction('abs', right), { value: rtol, dtype: 'float32' }), { value: atol, dtype: 'float32' }) // prettier-ignore
  each(arithmetic('-', applyFunction('abs', arithmetic('-', left, right)), limit), (over) => {
    close &&= over <= 0
  })
  return bool(close)
}

function isEqual(call: Call): Value {
  const [a, b] = bind(call, 'equal', ['input', 'other'], 2)
  const [left, right] = [toTensor(a, 'The first'), toTensor(b, 'The second')]
  if (shapeText(left.shape) !== shapeText(right.shape)) return bool(false)
  let same = true
  each(arithmetic('-', left, right), (value) => {
    same &&= value === 0
  })
  return bool(same)
}

function randomIntegers(call: Call): Tensor {
  const [low, high, size] = bind(call, 'randint', ['low', 'high', 'size'], 3)
  const [from, to] = [toInt(low, 'The lowest'), toInt(high, 'The highest')]
  const shape = toShape(size === undefined ? [] : [size], 'randint')
  if (to <= from) throw new Mistake('tensor/wrong-value', `randint() needs a range: from ${from} up to below ${to} there is none.`) // prettier-ignore
  const result = zeros('int64', shape)
  const random = call.host.random()
  result.storage.forEach((_, index) => {
    result.storage[index] = from + Math.floor(random.uniform() * (to - from))
  })
  return result
}

function randomOrder(call: Call): Tensor {
  const count = toInt(bind(call, 'randperm', ['n'], 1)[0], 'The number')
  spendTensor(count * 8, [count])
  const result = arange({ ...call, arguments: [{ kind: 'int', value: count }] }, false)
  const random = call.host.random()
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random.uniform() * (last + 1))
    const kept = result.storage[last] ?? 0
    result.storage[last] = result.storage[other] ?? 0
    result.storage[other] = kept
  }
  return result
}

const types: readonly (readonly [string, Value])[] = (
  [
    ['bool', 'bool'],
    ['uint8', 'uint8'],
    ['int32', 'int32'],
    ['int64', 'int64'],
    ['long', 'int64'],
    ['float32', 'float32'],
    ['float', 'float32'],
    ['float64', 'float64'],
    ['double', 'float64'],
  ] as readonly (readonly [string, DType])[]
).map(([name, dtype]) => [name, { kind: 'dtype', dtype }])

const own = asFunctions.map((name): readonly [string, Run] => [name, asFunction(name)])

const functional: Value = moduleOf('torch.nn.functional', [
  ['l1_loss', lossOf('l1_loss', 'abs')],
  ['mse_loss', lossOf('mse_loss', 'square')],
  ['relu', asFunction('relu')],
  ['sigmoid', asFunction('sigmoid')],
  ['tanh', asFunction('tanh')],
])

const torch: Value = moduleOf(
  'torch',
  [
    ['tensor', makeTensor],
    ...makeFunctions(false),
    ...joining,
    ...own,
    ['randn', sized('randn', false, drawn('normal'))],
    ['rand', sized('rand', false, drawn('uniform'))],
    ['randn_like', alike('randn_like', drawn('normal'))],
    ['rand_like', alike('rand_like', drawn('uniform'))],
    ['randint', randomIntegers],
    ['randperm', randomOrder],
    [
      'manual_seed',
      (call) => {
        call.host.seed(toInt(bind(call, 'manual_seed', ['seed'], 1)[0], 'The seed'))
        return none
      },
    ],
    ['no_grad', () => ({ kind: 'noGrad' })],
    ['allclose', isClose],
    ['equal', isEqual],
    ['is_tensor', ({ arguments: [value] }) => bool(value?.kind === 'tensor')],
  ],
  [...types, ['pi', float(Math.PI)], ['nn', moduleOf('torch.nn', [], [['functional', functional]])]],
)

const numpy: Value = moduleOf(
  'numpy',
  [
    ['array', makeArray],
    ...makeFunctions(true),
    ...own.filter(([name]) => !['t', 'mm', 'clone', 'numel', 'sigmoid', 'relu'].includes(name)),
    ...joining.filter(([name]) => name !== 'cat'),
    ['expand_dims', asFunction('unsqueeze')],
  ],
  [...types, ['pi', float(Math.PI)]],
)

/** Names at the top of the language that speak of tensors. */
export const tensorNames: readonly (readonly [string, Value])[] = [
  ['torch', torch],
  ['F', functional],
  ['np', numpy],
  ['tensor', builtin('tensor', makeTensor)],
  ['array', builtin('array', makeArray)],
  ...joining.map(([name, run]) => [name, builtin(name, run)] as const),
  ['matmul', builtin('matmul', ({ arguments: [a, b] }) => matrixProduct(toTensor(a, 'The left'), toTensor(b, 'The right')))], // prettier-ignore
]
