/**
 * Selecting parts of a tensor, with gradients: places, slices and new axes give views; masks and lists of places give copies.
 * Also writing into such parts.
 */
import { record } from './gradient.ts'
import { Mistake } from './mistake.ts'
import { permute } from './arrange.ts'
import { broadcastShape, spreadStrides } from './broadcast.ts'
import { axisOf, countOf, rowStrides, shapeText, Tensor, zeros } from './tensor.ts'
import type { Shape } from './tensor.ts'
import { spendTensor, tick } from './limits.ts'
import { copyInto, each, walk } from './walk.ts'

export type Slice = { readonly from: number | null; readonly to: number | null; readonly step: number | null }

/** One item between the brackets of an index. A tensor is a mask (bool) or holds places (whole numbers). */
export type Key = number | Slice | 'newAxis' | 'rest' | Tensor

/** Place `index` along the first axis, as a view without that axis. */
export function row(input: Tensor, index: number): Tensor {
  return select(input, [index])
}

/** Throws `tensor/out-of-range`, `tensor/shape-mismatch` for masks, `tensor/wrong-value` for too many keys. */
export function select(input: Tensor, keys: readonly Key[]): Tensor {
  const { view, lists } = applyKeys(input, keys)
  const viewed = record(view, 'select', [input], (gradient) => {
    const whole = zeros(gradient.dtype, input.shape)
    copyInto(applyKeys(whole, keys).view, gradient)
    return [whole]
  })
  if (lists.length === 0) return viewed
  const plan = planGather(viewed, lists)
  const result = zeros(input.dtype, plan.shape, input.isArray)
  forEachPlace(plan, viewed, (from, to, size) => {
    copyInto(block(result, to, size), from)
  })
  const gathered = plan.order === null ? result : permute(result, plan.order)
  return record(gathered, 'select', [viewed], (gradient) => {
    const whole = zeros(gradient.dtype, viewed.shape)
    const rows = plan.order === null ? gradient : permute(gradient, inverse(plan.order))
    const packed = zeros(gradient.dtype, plan.shape)
    copyInto(packed, rows)
    forEachPlace(plan, whole, (into, at, size) => {
      addInto(into, block(packed, at, size))
    })
    return [whole]
  })
}

/** Writes `value`, broadcast, over the selected part, in place. Throws as `select`, and where the shapes do not fit. */
export function assign(target: Tensor, keys: readonly Key[], value: Tensor): void {
  const { view, lists } = applyKeys(target, keys)
  if (lists.length === 0) {
    checkFits(value.shape, view.shape)
    copyInto(view, value)
    return
  }
  const plan = planGather(view, lists)
  const source = value.rank === 0 ? value : spread(value, plan)
  forEachPlace(plan, view, (into, at, size) => {
    copyInto(into, source.rank === 0 ? source : block(source, at, size))
  })
}

function spread(value: Tensor, plan: Plan): Tensor {
  const shown = plan.order === null ? plan.shape : plan.order.map((axis) => plan.shape[axis] ?? 1)
  checkFits(value.shape, shown)
  const whole = zeros(value.dtype, shown)
  copyInto(whole, value)
  if (plan.order === null) return whole
  const packed = zeros(value.dtype, plan.shape)
  copyInto(packed, permute(whole, inverse(plan.order)))
  return packed
}

function checkFits(value: Shape, place: Shape): void {
  const fits =
    value.length <= place.length &&
    value.every((size, axis) => size === 1 || size === place[axis + place.length - value.length])
  if (fits) return
  throw new Mistake(
    'tensor/shape-mismatch',
    `What is written has the shape ${shapeText(value)}, and the place for it ${shapeText(place)}. They must be equal, or stretch to it.`,
  )
}

type Lists = readonly { readonly axis: number; readonly places: Tensor }[]

/** Plain keys as a view; masks and lists of places stay, with the axis of the view that they speak of. */
function applyKeys(input: Tensor, keys: readonly Key[]): { readonly view: Tensor; readonly lists: Lists } {
  const used = keys.reduce<number>((sum, key) => sum + axesUsed(key), 0)
  if (used > input.rank) throw tooManyKeys(input, used)
  const shape: number[] = []
  const strides: number[] = []
  const lists: { axis: number; places: Tensor }[] = []
  let { offset } = input
  let axis = 0
  const keep = (count: number): void => {
    for (let k = 0; k < count; k += 1, axis += 1) {
      shape.push(input.shape[axis] ?? 1)
      strides.push(input.strides[axis] ?? 0)
    }
  }
  for (const key of keys) {
    const size = input.shape[axis] ?? 1
    const stride = input.strides[axis] ?? 0
    if (key === 'newAxis') {
      shape.push(1)
      strides.push(0)
    } else if (key === 'rest') keep(input.rank - used)
    else if (typeof key === 'number') {
      offset += placeAlong(key, size, axis, input.shape) * stride
      axis += 1
    } else if (key instanceof Tensor) {
      const columns = key.dtype === 'bool' ? placesOfMask(key, input.shape, axis) : [key]
      for (const places of columns) {
        lists.push({ axis: shape.length, places })
        keep(1)
      }
    } else {
      const { start, length, step } = rangeOf(key, size)
      offset += start * stride
      shape.push(length)
      strides.push(stride * step)
      axis += 1
    }
  }
  keep(input.rank - axis)
  return { view: input.view({ shape, strides, offset }), lists }
}

function axesUsed(key: Key): number {
  if (key === 'newAxis' || key === 'rest') return 0
  return key instanceof Tensor && key.dtype === 'bool' ? key.rank : 1
}

function tooManyKeys(input: Tensor, used: number): Mistake {
  const has = input.rank === 0 ? 'This is a single number without axes' : `The shape ${shapeText(input.shape)} has ${input.rank === 1 ? 'one axis' : `${input.rank} axes`}` // prettier-ignore
  return new Mistake(
    'tensor/out-of-range',
    `${has}, and ${used === 1 ? 'one place is' : `${used} places are`} asked for. Give at most one for each axis.`,
  )
}

function placeAlong(index: number, size: number, axis: number, shape: Shape): number {
  if (index >= -size && index < size) return index < 0 ? index + size : index
  const known = size === 0 ? 'it has no places' : `places go from 0 to ${size - 1}, or from ${-size} to -1`
  throw new Mistake(
    'tensor/out-of-range',
    `There is no place ${index} along axis ${axis} of the shape ${shapeText(shape)}: ${known}.`,
  )
}

/** The places of a slice along an axis, as Python cuts it. Throws `tensor/wrong-value` for steps below 1. */
export function rangeOf(
  { from, to, step }: Slice,
  size: number,
): { readonly start: number; readonly length: number; readonly step: number } {
  const by = step ?? 1
  if (by < 1) {
    throw new Mistake(
      'tensor/wrong-value',
      `The step of a slice is 1 or more for tensors; here it is ${by}. To turn numbers around, use .flip(0).`,
    )
  }
  const within = (place: number): number => Math.max(0, Math.min(size, place < 0 ? place + size : place))
  const start = within(from ?? 0)
  const end = within(to ?? size)
  return { start, length: Math.max(0, Math.ceil((end - start) / by)), step: by }
}

/** For each axis of the mask the places where it holds. */
function placesOfMask(mask: Tensor, shape: Shape, axis: number): Tensor[] {
  const expected = shape.slice(axis, axis + mask.rank)
  if (shapeText(mask.shape) !== shapeText(expected)) {
    throw new Mistake(
      'tensor/shape-mismatch',
      `The mask has the shape ${shapeText(mask.shape)}, and what it chooses from ${shapeText(expected)}. They must be equal: a yes or no for each place.`,
    )
  }
  let count = 0
  each(mask, (holds) => {
    count += holds ? 1 : 0
  })
  const columns = mask.shape.map(() => zeros('int64', [count]))
  const steps = rowStrides(mask.shape)
  let found = 0
  let position = 0
  each(mask, (holds) => {
    if (holds) {
      columns.forEach((column, own) => {
        column.storage[found] = Math.floor(position / (steps[own] ?? 1)) % (mask.shape[own] ?? 1)
      })
      found += 1
    }
    position += 1
  })
  return columns
}

type Plan = {
  readonly axes: readonly number[]
  /** For each of `axes` the places, broadcast together and row by row. */
  readonly places: readonly Int32Array[]
  /** First the axes of the places, then the rest of the view. */
  readonly shape: Shape
  readonly picked: number
  readonly rest: Shape
  /** How to put the axes of the places where they were; null where they are in front. */
  readonly order: readonly number[] | null
}

function planGather(view: Tensor, lists: Lists): Plan {
  const listShape = lists.reduce<Shape>((shape, { places }) => broadcastShape(shape, places.shape), [])
  const axes = lists.map(({ axis }) => axis)
  const picked = countOf(listShape)
  const places = lists.map(({ axis, places: own }) => {
    if (own.dtype === 'float32' || own.dtype === 'float64') {
      throw new Mistake('tensor/wrong-type', `Places are whole numbers, and these are ${own.dtype}. Call .long() on them.`) // prettier-ignore
    }
    const size = view.shape[axis] ?? 1
    spendTensor(picked * 4, listShape)
    const flat = new Int32Array(picked)
    let position = 0
    walk(listShape, [spreadStrides(own, listShape)], [own.offset], ([start = 0], length, [step = 0]) => {
      for (let k = 0; k < length; k += 1) {
        flat[position] = placeAlong(own.storage[start + k * step] ?? 0, size, axis, view.shape)
        position += 1
      }
    })
    return flat
  })
  const rest = view.shape.filter((_, axis) => !axes.includes(axis))
  const [first = 0] = axes
  const adjacent = axes.every((axis, index) => axis === first + index)
  const count = listShape.length
  const order =
    adjacent && first > 0
      ? [
          ...Array.from({ length: first }, (_, index) => count + index),
          ...Array.from({ length: count }, (_, index) => index),
          ...Array.from({ length: rest.length - first }, (_, index) => count + first + index),
        ]
      : null
  return { axes, places, shape: [...listShape, ...rest], picked, rest, order }
}

/** Calls `visit` with the part of `view` at each picked place, its number, and the size of that part. */
function forEachPlace(plan: Plan, view: Tensor, visit: (part: Tensor, index: number, shape: Shape) => void): void {
  const strides = view.strides.filter((_, axis) => !plan.axes.includes(axis))
  for (let index = 0; index < plan.picked; index += 1) {
    tick()
    const offset = plan.axes.reduce(
      (sum, axis, list) => sum + (plan.places[list]?.[index] ?? 0) * (view.strides[axis] ?? 0),
      view.offset,
    )
    visit(view.view({ shape: plan.rest, strides, offset }), index, plan.rest)
  }
}

/** Part number `index` of a packed tensor whose parts have this shape. */
function block(packed: Tensor, index: number, shape: Shape): Tensor {
  return packed.view({ shape, strides: rowStrides(shape), offset: index * countOf(shape) })
}

function addInto(target: Tensor, source: Tensor): void {
  const { storage: to } = target
  walk(
    target.shape,
    [target.strides, source.strides],
    [target.offset, source.offset],
    ([startTo = 0, startFrom = 0], length, [stepTo = 0, stepFrom = 0]) => {
      for (let k = 0; k < length; k += 1)
        to[startTo + k * stepTo] = (to[startTo + k * stepTo] ?? 0) + (source.storage[startFrom + k * stepFrom] ?? 0)
    },
  )
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}

/** The numbers along some axes in the opposite order. */
export function flip(input: Tensor, axes: readonly number[]): Tensor {
  const own = axes.map((axis) => axisOf(axis, input.rank))
  const places = (size: number): Tensor =>
    new Tensor('int64', Float64Array.from({ length: size }, (_, index) => size - 1 - index), { shape: [size], strides: [1], offset: 0 }) // prettier-ignore
  return own.reduce((turned, axis) => {
    const before: Key[] = Array.from({ length: axis }, () => ({ from: null, to: null, step: null }))
    return select(turned, [...before, places(turned.shape[axis] ?? 1)])
  }, input)
}
