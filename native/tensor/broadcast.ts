/**
 * Broadcasting: two shapes are laid above each other from the right; where one has 1 or nothing, it is stretched to the other's
 * size, without copying anything.
 */
import { Mistake } from './mistake.ts'
import type { Shape, Tensor } from './tensor.ts'
import { shapeText } from './tensor.ts'

/** One side of an operation, laid out under the result's axes. */
export type BroadcastSide = {
  readonly shape: Shape
  /** Size along each axis of the result; null where this side has no such axis. */
  readonly aligned: readonly (number | null)[]
  /** Whether this side is stretched along each axis of the result. */
  readonly stretched: readonly boolean[]
}

export type Broadcast = { readonly left: BroadcastSide; readonly right: BroadcastSide; readonly result: Shape }

/** The shape that both are stretched to. Throws `tensor/shape-mismatch`, naming the axis. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank).fill(1)
  for (let back = 1; back <= rank; back += 1) {
    const left = a[a.length - back] ?? 1
    const right = b[b.length - back] ?? 1
    if (left !== right && left !== 1 && right !== 1) throw shapeMismatch(a, b, back)
    shape[rank - back] = left === 1 ? right : left
  }
  return shape
}

/** Strides that walk through a tensor as if it had this larger shape: 0 along stretched axes. */
export function spreadStrides(tensor: Tensor, shape: Shape): number[] {
  const extra = shape.length - tensor.rank
  return shape.map((_, axis) => {
    const own = axis - extra
    return own < 0 || tensor.shape[own] === 1 ? 0 : (tensor.strides[own] ?? 0)
  })
}

/** How both sides are laid out, for a picture of it. */
export function explainBroadcast(left: Shape, right: Shape): Broadcast {
  const result = broadcastShape(left, right)
  const side = (shape: Shape): BroadcastSide => {
    const extra = result.length - shape.length
    const aligned = result.map((_, axis) => (axis < extra ? null : (shape[axis - extra] ?? 1)))
    return {
      shape,
      aligned,
      stretched: result.map((size, axis) => size !== 1 && (aligned[axis] === null || aligned[axis] === 1)),
    }
  }
  return { left: side(left), right: side(right), result }
}

function shapeMismatch(a: Shape, b: Shape, back: number): Mistake {
  const left = a[a.length - back] ?? 1
  const right = b[b.length - back] ?? 1
  const [first, second] = alignedTexts(a, b)
  const where = back === 1 ? 'the last axis' : `axis -${back}`
  const advice = adviceFor(a, b)
  return new Mistake(
    'tensor/shape-mismatch',
    `The shapes do not fit: along ${where} one side has ${left} and the other ${right}. From the right, sizes must be equal, or one of them 1 or missing:\n  left   ${first}\n  right  ${second}\n${advice}`,
  )
}

/** Both shapes with their last axes above each other. */
export function alignedTexts(a: Shape, b: Shape): readonly [string, string] {
  const rank = Math.max(a.length, b.length)
  const cells = [a, b].map((shape) =>
    Array.from({ length: rank }, (_, axis) => {
      const size = shape[axis - (rank - shape.length)]
      return size === undefined ? '' : String(size)
    }),
  )
  const widths = Array.from({ length: rank }, (_, axis) => Math.max(...cells.map((row) => row[axis]?.length ?? 0)))
  const [first = '', second = ''] = cells.map((row) =>
    row.map((cell, axis) => cell.padStart(widths[axis] ?? 0)).join('  '),
  )
  return [first, second]
}

function adviceFor(a: Shape, b: Shape): string {
  for (const [longer, shorter, side] of [
    [a, b, 'right'],
    [b, a, 'left'],
  ] as const) {
    if (shorter.length === 1 && longer[0] === shorter[0] && longer.length > 1) {
      const key = [':', ...longer.slice(1).map(() => 'None')].join(',')
      return `To pair the ${side} side with the first axis, give it more axes: write [${key}] after it.`
    }
  }
  if (a.length === b.length && a.length === 2 && a[0] === b[1] && a[1] === b[0])
    return 'One of them turned over would fit: write .T after it.'
  return `Look at both with .shape: ${shapeText(a)} and ${shapeText(b)}.`
}
