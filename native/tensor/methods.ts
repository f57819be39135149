/** What can stand after the dot of a tensor: attributes and methods. To add one, an entry in one of the two lists below. */
import { bind, toAxes, toBool, toDType, toInt, toNumber, toOperand, toShape, toTensor } from './arguments.ts'
import { arithmetic, cast, compare, negate, where } from './arithmetic.ts'
import { clone, expand, flatten, permute, reshape, squeeze, transpose, unsqueeze } from './arrange.ts'
import { isFloating, typeName } from './dtype.ts'
import { applyFunction, functionNames } from './functions-of-one.ts'
import { backward } from './gradient.ts'
import { itemOf, toList } from './make.ts'
import { matrixProduct } from './matrix.ts'
import { Mistake } from './mistake.ts'
import { extreme, mean, quantify, sum, variance, whereExtreme } from './reduce.ts'
import type { Along } from './reduce.ts'
import { flip } from './select.ts'
import { shapeText, Tensor } from './tensor.ts'
import { bool, int, none, sizeOf, tuple } from './values.ts'
import type { Call, Value } from './values.ts'
import { copyInto } from './walk.ts'

export type Method = (self: Tensor, call: Call) => Value

export const attributes: ReadonlyMap<string, (self: Tensor) => Value> = new Map<string, (self: Tensor) => Value>([
  ['shape', (self) => (self.isArray ? tuple(self.shape.map(int)) : sizeOf(self.shape))],
  ['ndim', (self) => int(self.rank)],
  ['dtype', (self) => ({ kind: 'dtype', dtype: self.dtype })],
  ['T', (self) => permute(self, self.shape.map((_, axis) => self.rank - 1 - axis))], // prettier-ignore
  ['grad', (self) => self.grad ?? none],
  ['data', (self) => self.detached()],
  ['requires_grad', (self) => bool(self.requiresGrad)],
  ['is_leaf', (self) => bool(self.origin === null)],
  ['device', () => ({ kind: 'string', value: 'cpu' })],
])

type Entry = readonly [name: string, method: Method]

/** `axis` is NumPy's name for `dim`. */
function along(call: Call, name: string): Along & { readonly rest: Value | undefined } {
  const [axes, keep, rest] = bind(withDim(call), name, ['dim', 'keepdim', 'correction'], 0)
  return { axes: toAxes(axes), keep: toBool(keep, false, 'keepdim'), rest }
}

function withDim(call: Call): Pick<Call, 'arguments' | 'keywords'> {
  const names = new Map([
    ['axis', 'dim'],
    ['keepdims', 'keepdim'],
  ])
  const keywords = new Map([...call.keywords].map(([keyword, value]) => [names.get(keyword) ?? keyword, value]))
  return { arguments: call.arguments, keywords }
}

function nothing(call: Call, name: string): void {
  bind(call, name, [], 0)
}

function plain(name: string, run: (self: Tensor) => Value): Entry {
  return [
    name,
    (self, call) => {
      nothing(call, name)
      return run(self)
    },
  ]
}

function spreadMethod(name: 'std' | 'var'): Entry {
  return [
    name,
    (self, call) => {
      const given = along(call, name)
      const correction = given.rest === undefined ? (self.isArray ? 0 : 1) : toInt(given.rest, 'correction')
      const result = variance(self, given, correction, name)
      return name === 'std' ? applyFunction('sqrt', result) : result
    },
  ]
}

/** `max()` of all, `max(dim)` with places, or number by number with another tensor. */
function extremeMethod(kind: 'max' | 'min'): Entry {
  return [
    kind,
    (self, call) => {
      const [first] = call.arguments
      if (first?.kind === 'tensor') return arithmetic(kind === 'max' ? 'maximum' : 'minimum', self, first)
      const given = along(call, kind)
      if (given.axes === null || self.isArray) return extreme(kind, self, given)
      const [axis = 0, ...others] = given.axes
      if (others.length > 0) {
        throw new Mistake('tensor/wrong-value', `${kind}() looks along one axis; for several use .a${kind}( ).`)
      }
      return tuple([extreme(kind, self, given), whereExtreme(kind, self, axis, given.keep)])
    },
  ]
}

function castMethod(name: string, dtype: Tensor['dtype']): Entry {
  return plain(name, (self) => cast(self, dtype))
}

/** In place: writes into the memory that views share. */
function fill(self: Tensor, value: number): Tensor {
  copyInto(self, new Tensor('float64', Float64Array.of(value), { shape: [], strides: [], offset: 0 }))
  return self
}

function operand(call: Call, name: string): Tensor {
  const [other] = bind(call, name, ['other'], 1)
  return toTensor(other, 'The other side')
}

function withNumber(name: string, sign: '+' | '-' | '*' | '/' | '**'): Entry {
  return [
    name,
    (self, call) => {
      const [other] = bind(call, name, ['other'], 1)
      const side = other === undefined ? null : toOperand(other)
      if (side === null) throw new Mistake('tensor/wrong-type', `${name}() needs a number or a tensor.`)
      return arithmetic(sign, self, side)
    },
  ]
}

function requireGradients(self: Tensor, call: Call): Tensor {
  const [wanted] = bind(call, 'requires_grad_', ['requires_grad'], 0)
  const on = toBool(wanted, true, 'requires_grad')
  if (on && !isFloating(self.dtype)) {
    throw new Mistake(
      'tensor/no-gradient',
      `Only numbers with fractions have gradients, and these are ${self.dtype}. Write them with a point, as in tensor(3.), or call .float() first.`,
    )
  }
  if (on && self.isArray) {
    throw new Mistake('tensor/no-gradient', 'Arrays have no gradients. Make a tensor of it: tensor(x).')
  }
  self.requiresGrad = on
  return self
}

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...functionNames.map((name): Entry => plain(name, (self) => applyFunction(name, self))),
  plain('neg', negate),
  castMethod('float', 'float32'),
  castMethod('double', 'float64'),
  castMethod('int', 'int32'),
  castMethod('long', 'int64'),
  castMethod('byte', 'uint8'),
  castMethod('bool', 'bool'),
  [
    'type',
    (self, call) => {
      const [dtype] = bind(call, 'type', ['dtype'], 0)
      if (dtype !== undefined) return cast(self, toDType(dtype) ?? self.dtype)
      return { kind: 'string', value: typeName(self.dtype) }
    },
  ],
  ['to', (self, call) => cast(self, toDType(bind(call, 'to', ['dtype'], 1)[0]) ?? self.dtype)],
  ['astype', (self, call) => cast(self, toDType(bind(call, 'astype', ['dtype'], 1)[0]) ?? self.dtype)],

  ['sum', (self, call) => sum(self, along(call, 'sum'))],
  ['mean', (self, call) => mean(self, along(call, 'mean'))],
  spreadMethod('std'),
  spreadMethod('var'),
  extremeMethod('max'),
  extremeMethod('min'),
  ['amax', (self, call) => extreme('max', self, along(call, 'amax'))],
  ['amin', (self, call) => extreme('min', self, along(call, 'amin'))],
  ...(['max', 'min'] as const).map((kind): Entry => [
    `arg${kind}`,
    (self, call) => {
      const { axes, keep } = along(call, `arg${kind}`)
      return whereExtreme(kind, self, axes?.[0] ?? null, keep)
    },
  ]),
  ['all', (self, call) => quantify('all', self, along(call, 'all'))],
  ['any', (self, call) => quantify('any', self, along(call, 'any'))],

  ['view', (self, call) => reshape(self, toShape(call.arguments, 'view'), 'view')],
  ['reshape', (self, call) => reshape(self, toShape(call.arguments, 'reshape'))],
  ['unsqueeze', (self, call) => unsqueeze(self, toInt(bind(call, 'unsqueeze', ['dim'], 1)[0], 'The axis'))],
  [
    'squeeze',
    (self, call) => {
      const [axis] = bind(call, 'squeeze', ['dim'], 0)
      return squeeze(self, axis === undefined ? null : toInt(axis, 'The axis'))
    },
  ],
  [
    'flatten',
    (self, call) => {
      const [first, last] = bind(call, 'flatten', ['start_dim', 'end_dim'], 0)
      return flatten(self, first === undefined ? 0 : toInt(first, 'start_dim'), last === undefined ? -1 : toInt(last, 'end_dim')) // prettier-ignore
    },
  ],
  [
    't',
    (self, call) => {
      nothing(call, 't')
      if (self.rank <= 2) return permute(self, self.shape.map((_, axis) => self.rank - 1 - axis)) // prettier-ignore
      throw new Mistake('tensor/wrong-value', `t() turns matrices over, and this has ${self.rank} axes. Use .transpose(a, b) or .permute( ).`) // prettier-ignore
    },
  ],
  [
    'transpose',
    (self, call) => {
      const [first, second] = bind(call, 'transpose', ['dim0', 'dim1'], 2)
      return transpose(self, toInt(first, 'The first axis'), toInt(second, 'The second axis'))
    },
  ],
  ['permute', (self, call) => permute(self, toShape(call.arguments, 'permute'))],
  ['expand', (self, call) => expand(self, toShape(call.arguments, 'expand'))],
  ['flip', (self, call) => flip(self, toShape(call.arguments, 'flip'))],
  plain('clone', clone),
  plain('copy', clone),
  plain('detach', (self) => self.detached()),
  plain('contiguous', (self) => self),
  plain('cpu', (self) => self),
  plain('numpy', (self) => new Tensor(self.dtype, self.storage, self, true)),

  [
    'size',
    (self, call) => {
      const [axis] = bind(call, 'size', ['dim'], 0)
      if (axis === undefined) return sizeOf(self.shape)
      const place = toInt(axis, 'The axis')
      const size = self.shape[place < 0 ? place + self.rank : place]
      if (size !== undefined) return int(size)
      throw new Mistake('tensor/out-of-range', `There is no axis ${place}: the shape is ${shapeText(self.shape)}.`)
    },
  ],
  plain('dim', (self) => int(self.rank)),
  plain('numel', (self) => int(self.count)),
  plain('item', itemOf),
  plain('tolist', toList),

  withNumber('add', '+'),
  withNumber('sub', '-'),
  withNumber('mul', '*'),
  withNumber('div', '/'),
  withNumber('pow', '**'),
  ['matmul', (self, call) => matrixProduct(self, operand(call, 'matmul'))],
  ['mm', (self, call) => matrixProduct(self, operand(call, 'mm'))],
  ['dot', (self, call) => matrixProduct(self, operand(call, 'dot'))],
  ['eq', (self, call) => compare('==', self, operand(call, 'eq'))],
  [
    'clamp',
    (self, call) => {
      const [least, most] = bind(call, 'clamp', ['min', 'max'], 0)
      const limit = (value: Value | undefined, kind: 'maximum' | 'minimum', input: Tensor): Tensor => {
        const side = value === undefined || value.kind === 'none' ? null : toOperand(value)
        return side === null ? input : arithmetic(kind, input, side)
      }
      return limit(most, 'minimum', limit(least, 'maximum', self))
    },
  ],
  [
    'where',
    (self, call) => {
      const [condition, other] = bind(call, 'where', ['condition', 'other'], 2)
      const side = other === undefined ? null : toOperand(other)
      if (side === null) throw new Mistake('tensor/wrong-type', 'where() needs a number or a tensor as its second.')
      return where(toTensor(condition, 'The condition'), self, side)
    },
  ],

  ['requires_grad_', requireGradients],
  [
    'backward',
    (self, call) => {
      nothing(call, 'backward')
      backward(self)
      return none
    },
  ],
  plain('zero_', (self) => fill(self, 0)),
  ['fill_', (self, call) => fill(self, toNumber(bind(call, 'fill_', ['value'], 1)[0], 'The value'))],
])
