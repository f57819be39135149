/** Products of matrices, and the Einstein sum that all of them are cases of. */
import type { DType, Storage } from './dtype.ts'
import { checkWhole, resultType } from './dtype.ts'
import { expand, reshape, transpose, unsqueeze } from './arrange.ts'
import { broadcastShape } from './broadcast.ts'
import { sumTo } from './fold.ts'
import { record } from './gradient.ts'
import { checkTensor, look, spendTensor } from './limits.ts'
import { Mistake } from './mistake.ts'
import { countOf, filled, rowStrides, shapeText, zeros } from './tensor.ts'
import type { Tensor } from './tensor.ts'

/** Products between two looks at the clock. */
const BETWEEN_LOOKS = 4_000_000

/**
 * `a @ b`: `[n, k] @ [k, m]` is `[n, m]`; a vector counts as a row on the left and as a column on the right; axes in front are
 * broadcast. Throws `tensor/shape-mismatch`, `tensor/wrong-type` where types differ.
 */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw new Mistake(
      'tensor/shape-mismatch',
      `@ multiplies matrices and vectors, and one side is a single number. Use * for that.`,
    )
  }
  if (a.dtype !== b.dtype && !a.isArray) {
    const whole = [a, b].find(({ dtype }) => !dtype.startsWith('float'))
    throw new Mistake(
      'tensor/wrong-type',
      `@ needs one type of numbers on both sides: the left is ${a.dtype}, the right ${b.dtype}. ${whole === undefined ? 'Call .float() on both.' : `Call .float() on the ${whole === a ? 'left' : 'right'} one.`}`,
    )
  }
  const inner = a.shape.at(-1) ?? 1
  const innerRight = b.rank === 1 ? b.shape[0] : b.shape.at(-2)
  if (inner !== innerRight) throw sizesDiffer(a, b, inner, innerRight ?? 1)
  const left = a.rank === 1 ? unsqueeze(a, 0) : a
  const right = b.rank === 1 ? unsqueeze(b, 1) : b
  const result = matrices(left, right)
  const { shape } = result
  if (a.rank > 1 && b.rank > 1) return result
  return reshape(
    result,
    shape.filter(
      (_, axis) => !(a.rank === 1 && axis === shape.length - 2) && !(b.rank === 1 && axis === shape.length - 1),
    ),
  )
}

function sizesDiffer(a: Tensor, b: Tensor, inner: number, innerRight: number): Mistake {
  const turned =
    b.rank === 2 && b.shape[1] === inner
      ? ' The right one turned over would fit: write .T after it.'
      : a.rank === 2 && a.shape[0] === innerRight
        ? ' The left one turned over would fit: write .T after it.'
        : ''
  return new Mistake(
    'tensor/shape-mismatch',
    `${shapeText(a.shape)} @ ${shapeText(b.shape)} does not fit: each row of the left has ${inner} numbers, each column of the right ${innerRight}. These two must be equal, as in [n, k] @ [k, m].${turned}`,
  )
}

/** Both of rank 2 or more. */
function matrices(a: Tensor, b: Tensor): Tensor {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const [rows = 1, inner = 1] = a.shape.slice(-2)
  const columns = b.shape.at(-1) ?? 1
  const result = zeros(resultType([a, b].map(({ dtype }) => ({ dtype, strength: 'axes' }))), [...batch, rows, columns], a.isArray && b.isArray) // prettier-ignore
  const left = expand(a, [...batch, rows, inner])
  const right = expand(b, [...batch, inner, columns])
  const count = countOf(batch)
  for (let index = 0; index < count; index += 1) {
    multiplyInto(result, index * rows * columns, left, startOf(left, batch, index), right, startOf(right, batch, index))
  }
  return record(result, '@', [a, b], (gradient) => [
    a.requiresGrad ? sumTo(matrices(gradient, transpose(b, -1, -2)), a.shape) : null,
    b.requiresGrad ? sumTo(matrices(transpose(a, -1, -2), gradient), b.shape) : null,
  ])
}

/** Where matrix number `index` of the batch begins. */
function startOf(tensor: Tensor, batch: readonly number[], index: number): number {
  const steps = rowStrides(batch)
  return batch.reduce(
    (start, size, axis) => start + (Math.floor(index / (steps[axis] ?? 1)) % size) * (tensor.strides[axis] ?? 0),
    tensor.offset,
  )
}

/**
 * One matrix product, row by row of the left: each of its numbers times a row of the right is added to the row of sums, four rows at
 * a time. The right is copied first, so that its rows lie behind each other.
 */
function multiplyInto(to: Tensor, toStart: number, a: Tensor, aStart: number, b: Tensor, bStart: number): void {
  const [rows = 1, inner = 1] = a.shape.slice(-2)
  const columns = b.shape.at(-1) ?? 1
  const [aRow = 0, aColumn = 0] = a.strides.slice(-2)
  const right = packed(b, bStart, inner, columns)
  const { storage: from } = a
  const left = new Float64Array(inner)
  const sums = new Float64Array(columns)
  const whole = to.dtype === 'int64'
  let sinceLook = 0
  for (let row = 0; row < rows; row += 1) {
    const start = aStart + row * aRow
    if (columns === 1) sums[0] = dot(from, start, aColumn, right)
    else {
      for (let k = 0, at = start; k < inner; k += 1, at += aColumn) left[k] = from[at] ?? 0
      addRows(sums.fill(0), left, right)
    }
    for (let column = 0; column < columns; column += 1) {
      const value = sums[column] ?? 0
      to.storage[toStart + row * columns + column] = whole ? checkWhole(value) : value
    }
    sinceLook += inner * columns
    if (sinceLook > BETWEEN_LOOKS) {
      look()
      sinceLook = 0
    }
  }
}

function packed(b: Tensor, bStart: number, inner: number, columns: number): Float64Array {
  checkTensor(inner * columns * 8, [inner, columns])
  const numbers = new Float64Array(inner * columns)
  const [down = 0, right = 0] = b.strides.slice(-2)
  let next = 0
  for (let k = 0; k < inner; k += 1) {
    for (let column = 0, at = bStart + k * down; column < columns; column += 1, at += right) {
      numbers[next] = b.storage[at] ?? 0
      next += 1
    }
  }
  return numbers
}

/** The sum of the products of two rows of numbers, the left one `step` apart in memory. */
function dot(left: Storage, start: number, step: number, right: Float64Array): number {
  let sum = 0
  for (let k = 0, at = start; k < right.length; k += 1, at += step) sum += (left[at] ?? 0) * (right[k] ?? 0)
  return sum
}

/** `sums += left @ right`, with `right` as `[left.length, sums.length]`. */
function addRows(sums: Float64Array, left: Float64Array, right: Float64Array): void {
  const columns = sums.length
  const whole = left.length - (left.length % 4)
  for (let k = 0; k < whole; k += 4) {
    const a = left[k] ?? 0
    const b = left[k + 1] ?? 0
    const c = left[k + 2] ?? 0
    const d = left[k + 3] ?? 0
    const first = k * columns
    const second = first + columns
    const third = second + columns
    const fourth = third + columns
    for (let column = 0; column < columns; column += 1) {
      sums[column] =
        (sums[column] ?? 0) +
        a * (right[first + column] ?? 0) +
        b * (right[second + column] ?? 0) +
        c * (right[third + column] ?? 0) +
        d * (right[fourth + column] ?? 0)
    }
  }
  for (let k = whole; k < left.length; k += 1) {
    const value = left[k] ?? 0
    for (let column = 0; column < columns; column += 1) {
      sums[column] = (sums[column] ?? 0) + value * (right[k * columns + column] ?? 0)
    }
  }
}

/**
 * `einsum('ij,jk->ik', a, b)`: numbers are multiplied where they share letters, and summed over the letters that the right side
 * does not name. Without `->` it names those that occur once, in the order of the alphabet.
 */
export function einsum(equation: string, inputs: readonly Tensor[]): Tensor {
  const { letters, output, sizes } = readEquation(equation, inputs)
  return einsumOf(letters, output, sizes, inputs)
}

type Sizes = ReadonlyMap<string, number>

function einsumOf(letters: readonly string[], output: string, sizes: Sizes, inputs: readonly Tensor[]): Tensor {
  const dtype = resultType(inputs.map((input) => ({ dtype: input.dtype, strength: 'axes' })))
  const summed = [...sizes.keys()].filter((letter) => !output.includes(letter))
  const order = [...Array.from(output), ...summed]
  const shape = Array.from(output, (letter) => sizes.get(letter) ?? 1)
  const strides = inputs.map(({ strides: own }, input) =>
    order.map((letter) =>
      Array.from(letters[input] ?? '').reduce((sum, other, axis) => sum + (other === letter ? (own[axis] ?? 0) : 0), 0),
    ),
  )
  const all = order.map((letter) => sizes.get(letter) ?? 1)
  const result = sumProducts(dtype, all, output.length, strides, inputs, shape)
  return record(result, 'einsum', inputs, (gradient) =>
    inputs.map((input, index) => {
      if (!input.requiresGrad) return null
      // The gradient takes this input's place; letters that are nowhere else are stretched by a tensor of ones.
      const others = inputs.filter((_, other) => other !== index)
      const otherLetters = letters.filter((_, other) => other !== index)
      const own = [...new Set(letters[index])].join('')
      const ones = expand(filled(gradient.dtype, [], 1), Array.from(own, (letter) => sizes.get(letter) ?? 1)) // prettier-ignore
      return einsumOf([output, ...otherLetters, own], letters[index] ?? '', sizes, [gradient, ...others, ones])
    }),
  )
}

/** Sums over the axes after the first `kept`, of products of the inputs' numbers. */
function sumProducts(
  dtype: DType,
  sizes: readonly number[],
  kept: number,
  strides: readonly (readonly number[])[],
  inputs: readonly Tensor[],
  shape: readonly number[],
): Tensor {
  const result = zeros(dtype, shape)
  const outer = countOf(sizes.slice(0, kept))
  const inner = countOf(sizes.slice(kept))
  const outerSteps = rowStrides(sizes.slice(0, kept))
  const innerSteps = rowStrides(sizes.slice(kept))
  const place = (steps: readonly number[], from: number, index: number, own: readonly number[]): number =>
    steps.reduce((sum, step, axis) => sum + (Math.floor(index / step) % (sizes[from + axis] ?? 1)) * (own[from + axis] ?? 0), 0) // prettier-ignore
  spendTensor(inner * 4 * inputs.length, sizes)
  // Where each input's numbers of one sum lie, the same for every sum.
  const places = inputs.map((_, input) =>
    Int32Array.from({ length: inner }, (_unused, index) => place(innerSteps, kept, index, strides[input] ?? [])),
  )
  let sinceLook = 0
  for (let index = 0; index < outer; index += 1) {
    const starts = inputs.map(({ offset }, input) => offset + place(outerSteps, 0, index, strides[input] ?? []))
    let sum = 0
    for (let k = 0; k < inner; k += 1) {
      let product = 1
      for (let input = 0; input < inputs.length; input += 1) {
        product *= inputs[input]?.storage[(starts[input] ?? 0) + (places[input]?.[k] ?? 0)] ?? 0
      }
      sum += product
    }
    result.storage[index] = dtype === 'int64' ? checkWhole(sum) : sum
    sinceLook += (inner + 20) * inputs.length
    if (sinceLook > BETWEEN_LOOKS) {
      look()
      sinceLook = 0
    }
  }
  return result
}

function readEquation(
  equation: string,
  inputs: readonly Tensor[],
): { letters: readonly string[]; output: string; sizes: Sizes } {
  const [left = '', right, ...more] = equation.replaceAll(/\s/g, '').split('->')
  const letters = left.split(',')
  if (more.length > 0 || !/^[a-zA-Z,]*$/.test(left) || (right !== undefined && !/^[a-zA-Z]*$/.test(right))) {
    throw new Mistake(
      'tensor/wrong-value',
      `The equation of einsum names axes by letters, such as 'ij,jk->ik'; '${equation}' does not.`,
    )
  }
  if (letters.length !== inputs.length) {
    throw new Mistake(
      'tensor/wrong-value',
      `The equation '${equation}' speaks of ${letters.length} tensors, and ${inputs.length} are given.`,
    )
  }
  const sizes = new Map<string, number>()
  inputs.forEach(({ shape }, index) => {
    const own = letters[index] ?? ''
    if (own.length !== shape.length) {
      throw new Mistake(
        'tensor/shape-mismatch',
        `'${own}' has a letter for ${own.length} axes, and tensor number ${index} has the shape ${shapeText(shape)}. Write one letter for each axis.`,
      )
    }
    Array.from(own).forEach((letter, axis) => {
      const size = shape[axis] ?? 1
      const known = sizes.get(letter)
      if (known !== undefined && known !== size) {
        throw new Mistake(
          'tensor/shape-mismatch',
          `The letter ${letter} stands for axes of different sizes: ${known} and ${size}. Axes with one letter must be equally long.`,
        )
      }
      sizes.set(letter, size)
    })
  })
  const output = right ?? [...sizes.keys()].filter((letter) => left.split(letter).length === 2).sort().join('') // prettier-ignore
  for (const letter of output) {
    if (sizes.has(letter) && output.split(letter).length === 2) continue
    throw new Mistake(
      'tensor/wrong-value',
      `After -> stands ${letter}, which ${sizes.has(letter) ? 'is there twice' : 'no tensor has'}. Name each axis of the result once.`,
    )
  }
  return { letters, output, sizes }
}
