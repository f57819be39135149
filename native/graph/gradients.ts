/**
 * Back-propagation: from the loss back to what it depends on, the chain rule at every operator. The gradients are values
 * of the same kind as those they belong to, so that a training step is an ordinary graph.
 */
import { AppError } from '../../data/error.ts'
import { add, sumTo } from './operators/index.ts'
import { constant, inOrder, inputsOf, showShape, type Value } from './value.ts'

/**
 * The gradient of a scalar `loss` by each of `targets`, each in its target's shape.
 *
 * `seed` is the gradient by the loss itself, 1 unless given. A learning rate as seed gives learning rate times gradient,
 * which saves multiplying every gradient by it.
 *
 * Throws `graph/shape-mismatch` unless the loss is a scalar, `graph/no-gradient` where a target does not move it or the
 * way to it leads through an operator without a gradient.
 */
export function gradients(loss: Value, targets: readonly Value[], seed?: Value): Value[] {
  return reachedGradients(loss, targets, seed).map((gradient, position) => {
    if (gradient !== null) return gradient
    throw new AppError(
      'graph/no-gradient',
      `The loss does not depend on one of the targets, of shape ${showShape(targets[position]?.shape ?? [])}.`,
    )
  })
}

/** As `gradients`, but null for a target that does not move the loss. */
export function reachedGradients(loss: Value, targets: readonly Value[], seed?: Value): (Value | null)[] {
  if (loss.shape.length !== 0) {
    throw new AppError('graph/shape-mismatch', `A loss is one number; found shape ${showShape(loss.shape)}.`)
  }
  const order = inOrder([loss])
  const moving = dependents(order, targets)
  const collected = new Map<Value, Value>([[loss, seed ?? constant(1, { type: loss.type })]])

  // Users come before what they use, so a value's gradient is complete when it is reached.
  for (const node of order.toReversed()) {
    const incoming = collected.get(node)
    if (incoming === undefined || node.source.kind !== 'operator') continue
    // Behind a target that nothing else moves there is nothing to find.
    if (!inputsOf(node).some((value) => moving.has(value))) continue
    if (node.source.gradient === 'none') {
      throw new AppError(
        'graph/no-gradient',
        `${node.source.onnx} has no gradient, and the loss depends on a weight through it.`,
      )
    }
    const outgoing = node.source.gradient(incoming, node)
    for (const [position, target] of (node.source.gradientInputs ?? node.source.inputs).entries()) {
      const part = outgoing[position]
      if (part === null || part === undefined || !moving.has(target)) continue
      const gradient = sumTo(part, target.shape)
      const before = collected.get(target)
      // A value that is used twice moves the loss on both ways: its gradients add up.
      collected.set(target, before === undefined ? gradient : add(before, gradient))
    }
  }

  return targets.map((target) => collected.get(target) ?? null)
}

/** The values through which a target reaches the loss; only these are walked. */
function dependents(order: readonly Value[], targets: readonly Value[]): Set<Value> {
  const moving = new Set<Value>(targets)
  for (const node of order) if (inputsOf(node).some((value) => moving.has(value))) moving.add(node)
  return moving
}
