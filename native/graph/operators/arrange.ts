/** Operators that move numbers without changing them: reshape, transpose, stretch, pick rows. */
import { AppError } from '../../../data/error.ts'
import { broadcastShapes } from '../shapes.ts'
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
