/** Python's own functions that the chapter uses, and fastai's little helpers. To add one, an entry in the list at the end. */
import { bind, toBool, toInt, toNumber, toTensor } from './arguments.ts'
import { arithmetic } from './arithmetic.ts'
import { stack } from './arrange.ts'
import { applyFunction } from './functions-of-one.ts'
import { LONGEST_STRING, spendList, tick } from './limits.ts'
import { Mistake } from './mistake.ts'
import { extreme } from './reduce.ts'
import { scalar } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { builtin } from './torch.ts'
import { bool, describe, float, int, isTrue, itemsOf, kindName, list, none, numberOf, tuple } from './values.ts'
import type { Call, Value } from './values.ts'
import { format } from './format.ts'

function length({ arguments: values }: Call): Value {
  const [value] = values
  if (value === undefined || values.length > 1) throw new Mistake('tensor/wrong-type', 'len() takes one value.')
  if (value.kind === 'list' || value.kind === 'tuple') return int(value.items.length)
  if (value.kind === 'string') return int(value.value.length)
  if (value.kind === 'tensor' && value.rank > 0) return int(value.shape[0] ?? 0)
  throw new Mistake('tensor/wrong-type', `len() counts the items of a list or of a tensor's first axis; ${describe(value)} has none.`) // prettier-ignore
}

function range(call: Call): Value {
  const [first, second, third] = bind(call, 'range', ['start', 'stop', 'step'], 1)
  const stop = toInt(second ?? first, 'The end of range()')
  const start = second === undefined ? 0 : toInt(first, 'The start of range()')
  const step = third === undefined ? 1 : toInt(third, 'The step of range()')
  if (step === 0) throw new Mistake('tensor/wrong-value', 'range() needs a step that is not 0.')
  const count = Math.max(0, Math.ceil((stop - start) / step))
  spendList(count)
  return list(Array.from({ length: count }, (_, index) => int(start + index * step)))
}

function zip({ arguments: values }: Call): Value {
  const columns = values.map((value) => itemsOf(value, 'zip()'))
  const count = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length))
  spendList(count * (columns.length + 1))
  return list(Array.from({ length: count }, (_, row) => tuple(columns.map((column) => column[row] ?? none))))
}

function enumerate(call: Call): Value {
  const [values, first] = bind(call, 'enumerate', ['iterable', 'start'], 1)
  const items = itemsOf(values ?? none, 'enumerate()')
  const start = first === undefined ? 0 : toInt(first, 'The start')
  spendList(items.length * 3)
  return list(items.map((value, index) => tuple([int(start + index), value])))
}

function toList(call: Call): readonly Value[] {
  const [value] = bind(call, 'list', ['iterable'], 0)
  const items = value === undefined ? [] : itemsOf(value, 'list()')
  spendList(items.length)
  return items
}

/** `a + b`, for sums of numbers and tensors. */
function add(a: Value, b: Value): Value {
  if (a.kind === 'tensor' || b.kind === 'tensor') {
    const [left, right] = [a, b].map((side) => (side.kind === 'tensor' ? side : plainOperand(side)))
    if (left !== undefined && right !== undefined) return arithmetic('+', left, right)
  }
  const [x, y] = [numberOf(a), numberOf(b)]
  if (x === null || y === null) throw new Mistake('tensor/wrong-type', `sum() adds numbers and tensors; here is ${describe(x === null ? a : b)}.`) // prettier-ignore
  return a.kind === 'float' || b.kind === 'float' ? float(x + y) : int(x + y)
}

function plainOperand(value: Value): { value: number; dtype: 'int64' | 'float32' } {
  return { value: toNumber(value, 'What is added'), dtype: value.kind === 'float' ? 'float32' : 'int64' }
}

/** Largest or smallest of the items, or of the arguments. */
function extremeOf(kind: 'max' | 'min', { arguments: values }: Call): Value {
  const [first] = values
  if (values.length === 1 && first?.kind === 'tensor' && first.rank === 1) return extreme(kind, first, { axes: null, keep: false }) // prettier-ignore
  const items = values.length === 1 && first !== undefined ? itemsOf(first, `${kind}()`) : values
  const [start, ...others] = items
  if (start === undefined) throw new Mistake('tensor/wrong-value', `${kind}() of nothing: the list is empty.`)
  return others.reduce((best, value) => {
    tick()
    const [a, b] = [toNumber(best, 'An item'), toNumber(value, 'An item')]
    return (kind === 'max' ? b > a : b < a) ? value : best
  }, start)
}

function convert(kind: 'float' | 'int', call: Call): Value {
  const [value] = bind(call, kind, ['x'], 1)
  if (value?.kind === 'tensor' && value.count !== 1) {
    throw new Mistake('tensor/wrong-type', `${kind}() makes one number, and ${describe(value)} holds ${value.count}. For all of them write .${kind}() after it.`) // prettier-ignore
  }
  const number = value?.kind === 'string' ? Number(value.value) : toNumber(value, `What ${kind}() is given`)
  if (kind === 'float') return float(number)
  if (!Number.isFinite(number)) throw new Mistake('tensor/wrong-value', 'This is not a number that can be made whole.')
  return int(Math.trunc(number))
}

function round(call: Call): Value {
  const [value, places] = bind(call, 'round', ['number', 'ndigits'], 1)
  if (value?.kind === 'tensor' && value.count !== 1) return applyFunction('round', value)
  const number = toNumber(value, 'What round() is given')
  const digits = places === undefined ? 0 : toInt(places, 'The number of decimals')
  if (digits < 0 || digits > 15) throw new Mistake('tensor/wrong-value', 'round() keeps 0 to 15 decimals.')
  const rounded = Number(number.toFixed(digits))
  return places === undefined ? int(rounded) : float(rounded)
}

function sorted(call: Call): Value {
  const [value, reverse] = bind(call, 'sorted', ['iterable', 'reverse'], 1)
  const items = [...itemsOf(value ?? none, 'sorted()')]
  spendList(items.length)
  const texts = items.every(({ kind }) => kind === 'string')
  const key = (one: Value): number | string =>
    one.kind === 'string' && texts ? one.value : toNumber(one, 'An item to sort')
  const keyed = items.map((one) => ({ one, key: key(one) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  if (toBool(reverse, false, 'reverse')) keyed.reverse()
  return list(keyed.map(({ one }) => one))
}

function print({ arguments: values, keywords, host }: Call): Value {
  const end = keywords.get('end')
  const text = values.map((value) => (value.kind === 'string' ? value.value : format(value))).join(' ')
  host.print((text + (end?.kind === 'string' ? end.value : '\n')).slice(0, LONGEST_STRING))
  return none
}

function showImage(call: Call): Value {
  const [value] = bind(call, 'show_image', ['im', 'title', 'cmap', 'figsize', 'ax'], 1)
  const picture = toTensor(value, 'What show_image() is given')
  const flat = picture.rank === 3 && picture.shape[0] === 1 ? picture.rank - 1 : picture.rank
  if (flat !== 2) {
    const advice = picture.count === 784 ? ' Write .view(28, 28) after it.' : ' Choose one of them, such as x[0].'
    throw new Mistake(
      'tensor/shape-mismatch',
      `show_image() draws a matrix of rank 2, such as [28, 28]; ${describe(picture)} has the rank ${picture.rank}.${advice}`,
    )
  }
  call.host.show(picture)
  return none
}

/** PyTorch's DataLoader as a list of mini-batches: tuples of stacked tensors. */
function dataLoader(call: Call): Value {
  const [dataset, size, shuffle] = bind(call, 'DataLoader', ['dataset', 'batch_size', 'shuffle'], 1)
  const items = [...itemsOf(dataset ?? none, 'DataLoader')]
  const batchSize = size === undefined ? 1 : toInt(size, 'batch_size')
  if (batchSize < 1) throw new Mistake('tensor/wrong-value', `batch_size is 1 or more; here it is ${batchSize}.`)
  if (toBool(shuffle, false, 'shuffle')) {
    const random = call.host.random()
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = random.below(last + 1)
      const [a, b] = [items[last], items[other]]
      if (a !== undefined && b !== undefined) [items[last], items[other]] = [b, a]
    }
  }
  const batches: Value[] = []
  for (let start = 0; start < items.length; start += batchSize)
    batches.push(collate(items.slice(start, start + batchSize)))
  spendList(items.length)
  return list(batches)
}

function collate(items: readonly Value[]): Value {
  tick()
  const [first] = items
  if (first?.kind === 'tuple' || first?.kind === 'list') {
    return tuple(first.items.map((_, column) => collate(items.map((value) => itemsOf(value)[column] ?? none))))
  }
  if (first?.kind === 'string') return tuple(items)
  return stack(items.map((value): Tensor => (value.kind === 'float' ? scalar('float32', value.value) : toTensor(value, 'An item'))), 0) // prettier-ignore
}

function firstOf({ arguments: [value] }: Call): Value {
  const [found] = itemsOf(value ?? none, 'first()')
  if (found === undefined) throw new Mistake('tensor/wrong-value', 'first() of nothing: the list is empty.')
  return found
}

export const pythonNames: readonly (readonly [string, Value])[] = (
  [
    ['len', length],
    ['range', range],
    ['zip', zip],
    ['enumerate', enumerate],
    ['list', (call) => list([...toList(call)])],
    ['L', (call) => list([...toList(call)])],
    ['tuple', (call) => tuple(toList(call))],
    [
      'sum',
      (call) => {
        const [values, start] = bind(call, 'sum', ['iterable', 'start'], 1)
        return itemsOf(values ?? none, 'sum()').reduce<Value>(add, start ?? int(0))
      },
    ],
    ['max', (call) => extremeOf('max', call)],
    ['min', (call) => extremeOf('min', call)],
    [
      'abs',
      (call) => {
        const [value] = bind(call, 'abs', ['x'], 1)
        if (value?.kind === 'tensor') return applyFunction('abs', value)
        const number = Math.abs(toNumber(value, 'What abs() is given'))
        return value?.kind === 'float' ? float(number) : int(number)
      },
    ],
    ['round', round],
    ['float', (call) => convert('float', call)],
    ['int', (call) => convert('int', call)],
    ['bool', ({ arguments: [value] }) => bool(value !== undefined && isTrue(value))],
    [
      'str',
      ({ arguments: [value] }) => ({
        kind: 'string',
        value: value?.kind === 'string' ? value.value : format(value ?? none),
      }),
    ],
    ['type', ({ arguments: [value] }) => ({ kind: 'string', value: kindName(value ?? none) })],
    ['sorted', sorted],
    ['print', print],
    ['show_image', showImage],
    ['DataLoader', dataLoader],
    ['first', firstOf],
    ['to_np', ({ arguments: [value] }) => toTensor(value, 'What to_np() is given').detached()],
  ] as readonly (readonly [string, (call: Call) => Value])[]
).map(([name, run]) => [name, builtin(name, run)])
