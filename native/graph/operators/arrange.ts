/** Operators that move numbers without changing them: reshape, transpose, stretch, pick rows. */
import { AppError } from '../../../data/error.ts'
import { broadcastShapes, commonType } from '../shapes.ts'
import { elementCount, fixed, isFloat, sameShape, showShape, type Shape, type Value } from '../value.ts'
import { apply } from './define.ts'

/** The same numbers in row-major order under another shape; at most one size may be known only at run time. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x
  const named = (of: Shape) => of.filter((size) => typeof size === 'string')
  const known = (of: Shape) => elementCount(of.filter((size) => typeof size === 'number'))
  if (named(shape).length > 1 || named(shape).join() !== named(x.shape).join() || known(shape) !== known(x.shape)) {
    throw new AppError(
      'graph/shape-mismatch',
      `A tensor of shape ${showShape(x.shape)} cannot be seen as ${showShape(shape)}: the number of elements must stay the same.`,
    )
  }
  return apply('Reshape', [x], {
    shape,
    type: x.type,
    gradient: (g) => [reshape(g, x.shape)],
    onnxInputs: [shape.map((size) => (typeof size === 'number' ? size : -1))],
  })
}

/** Axes in another order: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== x.shape.length) {
    throw new AppError(
      'graph/shape-mismatch',
      `Transpose needs each of the ${x.shape.length} axes once; found [${order.join(', ')}].`,
    )
  }
  return apply('Transpose', [x], {
    shape: order.map((axis) => x.shape[axis] ?? 1),
    type: x.type,
    // Undone by the inverse order.
    gradient: (g) => [
      transpose(
        g,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ],
    onnxAttributes: { perm: { ints: order } },
  })
}

/** Axes of size 1 stretched to `shape`; the walk sums the gradient back. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x
  if (!sameShape(broadcastShapes(x.shape, shape, 'Expand'), shape)) {
    throw new AppError(
      'graph/shape-mismatch',
      `A tensor of shape ${showShape(x.shape)} cannot be stretched to ${showShape(shape)}.`,
    )
  }
  return apply('Expand', [x], { shape, type: x.type, gradient: (g) => [g], onnxInputs: [shape.map(fixed)] })
}

/** Rows `indices` of `table`: `[n, ...]` and `[k]` give `[k, ...]`. The tables are data, so there is no gradient. */
export function gatherRows(table: Value, indices: Value): Value {
  if (indices.type !== 'int32' && indices.type !== 'int64') {
    throw new AppError(
      'graph/shape-mismatch',
      `Rows are picked by whole numbers; found indices of type ${indices.type}.`,
    )
  }
  return apply('Gather', [table, indices], {
    shape: [...indices.shape, ...table.shape.slice(1)],
    type: table.type,
    gradient: isFloat(table.type) ? () => [null, null] : 'none',
    onnxAttributes: { axis: { int: 0 } },
  })
}

export type Part = {
  readonly axes: readonly number[]
  /** First index along each of the axes. */
  readonly starts: readonly number[]
  /** One past the last. */
  readonly ends: readonly number[]
}

/** A block of x: along each named axis from start to just before end. */
export function slice(x: Value, { axes, starts, ends }: Part): Value {
  const bounds = x.shape.map((size, axis) => {
    const at = axes.indexOf(axis)
    return at === -1 ? ([0, size] as const) : ([starts[at] ?? 0, ends[at] ?? 0] as const)
  })
  if (bounds.every(([start, end], axis) => start === 0 && end === x.shape[axis])) return x
  for (const axis of axes) {
    const [start, end] = bounds[axis] ?? [0, 0]
    if (start < 0 || fixed(end) <= start || fixed(end) > fixed(x.shape[axis])) {
      throw new AppError(
        'graph/shape-mismatch',
        `A slice from ${start} to ${end} does not lie within axis ${axis} of shape ${showShape(x.shape)}.`,
      )
    }
  }
  return apply('Slice', [x], {
    shape: bounds.map(([start, end]) => (typeof end === 'number' ? end - start : end)),
    type: x.type,
    // What was cut away gets no gradient.
    gradient: (g) => [
      pad(g, {
        before: bounds.map(([start]) => start),
        after: bounds.map(([, end], axis) => (typeof end === 'number' ? fixed(x.shape[axis]) - end : 0)),
      }),
    ],
    onnxInputs: [starts, ends, axes],
  })
}

/** x with zeros before and after it along every axis. */
export function pad(
  x: Value,
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
): Value {
  if ([...before, ...after].every((count) => count === 0)) return x
  if (
    before.length !== x.shape.length ||
    after.length !== x.shape.length ||
    [...before, ...after].some((count) => count < 0)
  ) {
    throw new AppError(
      'graph/shape-mismatch',
      `Padding needs a number of at least 0 for each of the ${x.shape.length} axes, before and after; found [${before.join(', ')}] and [${after.join(', ')}].`,
    )
  }
  const padded = x.shape.flatMap((_, axis) => ((before[axis] ?? 0) + (after[axis] ?? 0) > 0 ? [axis] : []))
  return apply('Pad', [x], {
    shape: x.shape.map((size, axis) =>
      padded.includes(axis) ? fixed(size) + (before[axis] ?? 0) + (after[axis] ?? 0) : size,
    ),
    type: x.type,
    gradient: (g) => [
      slice(g, {
        axes: padded,
        starts: padded.map((axis) => before[axis] ?? 0),
        ends: padded.map((axis) => (before[axis] ?? 0) + fixed(x.shape[axis])),
      }),
    ],
    onnxInputs: [[...before, ...after]],
  })
}

/** Values one after another along an axis; their other sizes must be equal. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values
  if (first === undefined) throw new AppError('graph/shape-mismatch', 'Concat needs at least one value.')
  const type = commonType(values, 'Concat')
  for (const { shape } of values) {
    if (shape.length !== first.shape.length || shape.some((size, at) => at !== axis && size !== first.shape[at])) {
      throw new AppError(
        'graph/shape-mismatch',
        `Shapes ${showShape(first.shape)} and ${showShape(shape)} cannot be joined along axis ${axis}: the other sizes differ.`,
      )
    }
  }
  const sizes = values.map(({ shape }) => fixed(shape[axis]))
  const startOf = (position: number) => sizes.slice(0, position).reduce((total, size) => total + size, 0)
  return apply('Concat', values, {
    shape: first.shape.with(axis, startOf(values.length)),
    type,
    gradient: (g) =>
      values.map((_, position) =>
        slice(g, { axes: [axis], starts: [startOf(position)], ends: [startOf(position + 1)] }),
      ),
    onnxAttributes: { axis: { int: axis } },
  })
}
