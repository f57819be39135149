/** Values as text, as PyTorch and Python print them: four decimals, at most three rows at each end of long tensors. */
import { isFloating } from './dtype.ts'
import type { Tensor } from './tensor.ts'
import { countOf, shapeText } from './tensor.ts'
import type { Value } from './values.ts'
import { each } from './walk.ts'

/** Longer tensors are printed in part. */
const THRESHOLD = 1000
/** Numbers shown at each end. */
const EDGE = 3
const LINE_WIDTH = 80
/** Items of a list that are printed, and lists within lists. */
const LIST_ITEMS = 20
const DEEPEST_LIST = 4

/** As a notebook shows it. Lists are cut after 20 items, and lists within lists after four levels. */
export function format(value: Value, depth = 0): string {
  switch (value.kind) {
    case 'int':
      return String(value.value)
    case 'float':
      return formatFloat(value.value)
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'none':
      return 'None'
    case 'ellipsis':
      return 'Ellipsis'
    case 'string':
      return `'${value.value}'`
    case 'list':
      return `[${formatItems(value.items, depth)}]`
    case 'tuple':
      if (value.isSize === true) return `torch.Size([${formatItems(value.items, depth)}])`
      return value.items.length === 1 ? `(${formatItems(value.items, depth)},)` : `(${formatItems(value.items, depth)})`
    case 'slice':
      return `slice(${[value.from, value.to, value.step].map((part) => part ?? 'None').join(', ')})`
    case 'dtype':
      return `torch.${value.dtype}`
    case 'module':
      return `<module ${value.name}>`
    case 'builtin':
    case 'function':
      return `<function ${value.name}>`
    case 'path':
      return `Path('${value.parts.join('/')}')`
    case 'noGrad':
      return 'torch.no_grad()'
    case 'tensor':
      return formatTensor(value)
  }
}

function formatItems(items: readonly Value[], depth: number): string {
  if (depth >= DEEPEST_LIST && items.length > 0) return '...'
  const shown = items.slice(0, LIST_ITEMS).map((item) => format(item, depth + 1))
  const rest = items.length - shown.length
  return [...shown, ...(rest > 0 ? [`... ${rest.toLocaleString('en-US')} more`] : [])].join(', ')
}

/** As Python writes a float: the shortest digits that give it back. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return exponential(value)
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('.') ? text : `${text}.0`
}

function exponential(value: number, decimals?: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(decimals).split('e')
  const size = Math.abs(Number(exponent))
  return `${mantissa}e${Number(exponent) < 0 ? '-' : '+'}${String(size).padStart(2, '0')}`
}

function formatTensor(tensor: Tensor): string {
  const word = tensor.isArray ? 'array(' : 'tensor('
  const cell = tensor.isArray ? arrayCell(tensor) : tensorCell(tensor)
  const body = tensor.count === 0 ? '[]' : formatAxis(tensor, 0, tensor.offset, word.length, cell)
  const facts: string[] = []
  if (tensor.count === 0 && tensor.rank !== 1) facts.push(`size=(${tensor.shape.join(', ')})`)
  const usual = tensor.isArray ? ['int64', 'float64', 'bool'] : ['int64', 'float32', 'bool']
  if (!usual.includes(tensor.dtype)) facts.push(`dtype=${tensor.isArray ? '' : 'torch.'}${tensor.dtype}`)
  if (tensor.origin !== null) facts.push(`grad_fn=<${gradientName(tensor.origin.operation)}>`)
  else if (tensor.requiresGrad) facts.push('requires_grad=True')
  return `${word}${[body, ...facts].join(', ')})`
}

const signNames: Readonly<Record<string, string>> = {
  '+': 'Add',
  '-': 'Sub',
  '*': 'Mul',
  '/': 'Div',
  '**': 'Pow',
  '@': 'Mm',
  '%': 'Remainder',
}

/** PowBackward0, as PyTorch names what will compute the gradient. */
function gradientName(operation: string): string {
  const name = signNames[operation] ?? operation.charAt(0).toUpperCase() + operation.slice(1)
  return `${name}Backward0`
}

/** The numbers that are printed, which decide how wide and how precise all of them are. */
function shownNumbers(tensor: Tensor): number[] {
  const numbers: number[] = []
  if (tensor.count <= THRESHOLD) {
    each(tensor, (value) => {
      numbers.push(value)
    })
    return numbers
  }
  const visit = (axis: number, offset: number): void => {
    if (axis === tensor.rank) {
      numbers.push(tensor.storage[offset] ?? 0)
      return
    }
    for (const index of shownPlaces(tensor, axis)) {
      if (index !== null) visit(axis + 1, offset + index * (tensor.strides[axis] ?? 0))
    }
  }
  visit(0, tensor.offset)
  return numbers
}

/** Places along an axis that are printed; null stands for the dots. */
function shownPlaces(tensor: Tensor, axis: number): (number | null)[] {
  const size = tensor.shape[axis] ?? 0
  const places = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index)
  if (tensor.count <= THRESHOLD || size <= 2 * EDGE) return places(0, size)
  return [...places(0, EDGE), null, ...places(size - EDGE, EDGE)]
}

type Cell = (value: number) => string

/** PyTorch's choice: whole numbers end in a point; very large or mixed sizes are written with exponents. */
function tensorCell(tensor: Tensor): Cell {
  const numbers = shownNumbers(tensor)
  if (tensor.dtype === 'bool') return padded(numbers, (value) => (value ? 'True' : 'False'))
  if (!isFloating(tensor.dtype)) return padded(numbers, String)
  const magnitudes = numbers.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs)
  const special =
    (write: Cell): Cell =>
    (value) =>
      Number.isNaN(value) ? 'nan' : Number.isFinite(value) ? write(value) : value > 0 ? 'inf' : '-inf'
  if (magnitudes.length === 0) return padded(numbers, special((value) => `${fixed(value, 0)}.`)) // prettier-ignore
  const largest = Math.max(...magnitudes)
  const smallest = Math.min(...magnitudes)
  const whole = numbers.every((value) => !Number.isFinite(value) || Math.ceil(value) === value)
  const exponents = largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4)
  if (exponents)
    return padded(
      numbers,
      special((value) => exponential(value, 4)),
    )
  return padded(numbers, special(whole ? (value) => `${fixed(value, 0)}.` : (value) => fixed(value, 4)))
}

/** With the sign of a negative zero, as PyTorch writes it. */
function fixed(value: number, decimals: number): string {
  return `${Object.is(value, -0) ? '-' : ''}${value.toFixed(decimals)}`
}

/** NumPy's choice: as many decimals as needed, at most eight. */
function arrayCell(tensor: Tensor): Cell {
  const numbers = shownNumbers(tensor)
  if (tensor.dtype === 'bool') return padded(numbers, (value) => (value ? 'True' : 'False'))
  if (!isFloating(tensor.dtype)) return padded(numbers, String)
  const decimals = Math.max(0, ...numbers.map((value) => /\.(\d*?)0*$/.exec(value.toFixed(8))?.[1]?.length ?? 0))
  return padded(numbers, (value) => {
    if (Number.isNaN(value)) return 'nan'
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
    return decimals === 0 ? `${value.toFixed(0)}.` : value.toFixed(decimals)
  })
}

function padded(numbers: readonly number[], write: Cell): Cell {
  const width = numbers.reduce((widest, value) => Math.max(widest, write(value).length), 0)
  return (value) => write(value).padStart(width)
}

function formatAxis(tensor: Tensor, axis: number, offset: number, indent: number, cell: Cell): string {
  if (axis === tensor.rank) return cell(tensor.storage[offset] ?? 0).trim()
  const stride = tensor.strides[axis] ?? 0
  const places = shownPlaces(tensor, axis)
  if (axis === tensor.rank - 1) {
    const cells = places.map((index) => (index === null ? ' ...' : cell(tensor.storage[offset + index * stride] ?? 0)))
    return `[${breakLines(cells, indent)}]`
  }
  const gap = `,${'\n'.repeat(tensor.rank - axis - 1)}${' '.repeat(indent + 1)}`
  const parts = places.map((index) =>
    index === null ? '...' : formatAxis(tensor, axis + 1, offset + index * stride, indent + 1, cell),
  )
  return `[${parts.join(gap)}]`
}

function breakLines(cells: readonly string[], indent: number): string {
  const width = (cells[0]?.length ?? 1) + 2
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / width))
  const lines: string[] = []
  for (let start = 0; start < cells.length; start += perLine) lines.push(cells.slice(start, start + perLine).join(', '))
  return lines.join(`,\n${' '.repeat(indent + 1)}`)
}

/** `[28, 28], uint8`. */
export function shapeAndType(tensor: Tensor): string {
  return `${shapeText(tensor.shape)}, ${tensor.dtype}, ${countOf(tensor.shape).toLocaleString('en-US')} numbers`
}
