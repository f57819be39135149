/** Operators that sum over axes, and the ones built on them. */
import { normalizeAxes, reducedCount, reducedShape, requireShape, stretchedAxes } from '../shapes.ts'
import { constant, fixed, sameShape, type Shape, type Value } from '../value.ts'
import { apply, withGradient } from './define.ts'
import { cast, equal, exp, greater, mul, sub } from './elementwise.ts'
import { expand, reshape } from './arrange.ts'

export type Reduction = {
  /** Axes to sum over; all when left out. Negative ones count from the end. */
  readonly axes?: readonly number[]
  /** Leave the summed axes in place with size 1. */
  readonly keepDimensions?: boolean
}

// Each summand moves the sum by as much as itself: the gradient is the incoming one, stretched back.
export function sum(x: Value, { axes, keepDimensions = false }: Reduction = {}): Value {
  const over = normalizeAxes(axes ?? x.shape.map((_, axis) => axis), x.shape.length, 'ReduceSum')
  if (over.length === 0) return x
  return apply('ReduceSum', [x], {
    shape: reducedShape(x.shape, over, keepDimensions),
    type: x.type,
    gradient: (g) => [expand(reshape(g, reducedShape(x.shape, over, true)), x.shape)],
    onnxAttributes: { keepdims: { int: keepDimensions ? 1 : 0 } },
    onnxInputs: [over],
  })
}

/** The sum divided by the number of summands. */
export function mean(x: Value, reduction: Reduction = {}): Value {
  const axes = normalizeAxes(reduction.axes ?? x.shape.map((_, axis) => axis), x.shape.length, 'mean')
  return mul(sum(x, reduction), constant(1 / reducedCount(x.shape, axes), { type: x.type }))
}

/**
 * The largest along one axis, which goes. Where several are equal the first one gets the whole gradient, as in PyTorch: they
 * are told apart by a rank that falls along the axis.
 */
export function max(x: Value, axis: number): Value {
  const [along = 0] = normalizeAxes([axis], x.shape.length, 'ReduceMax')
  const kept = reducedShape(x.shape, [along], true)
  const count = fixed(x.shape[along])
  return apply('ReduceMax', [x], {
    shape: reducedShape(x.shape, [along], false),
    type: x.type,
    gradient: (g, y) => {
      const falling = Array.from({ length: count }, (_, position) => count - position)
      const ranks = constant(falling, {
        shape: x.shape.slice(along).map((_, at) => (at === 0 ? count : 1)),
        type: x.type,
      })
      // Products with 0 and 1: ONNX Runtime's Where takes three times as long.
      const candidates = mul(cast(equal(x, reshape(y, kept)), x.type), ranks)
      const chosen = equal(candidates, reshape(max(candidates, along), kept))
      return [mul(cast(chosen, g.type), reshape(g, kept))]
    },
    onnxAttributes: { axes: { ints: [along] }, keepdims: { int: 0 } },
  })
}

/** Sums a gradient over what broadcasting had stretched, so that it has the shape of the value it belongs to. */
export function sumTo(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient
  const summed = sum(gradient, { axes: stretchedAxes(shape, gradient.shape), keepDimensions: true })
  return reshape(summed, shape)
}

/**
 * Probabilities from logits along the last axis: exp(x) over the sum of exp(x). With y = softmax(x):
 * dx = y (dy - sum(dy y)).
 */
export function softmax(x: Value): Value {
  return apply('Softmax', [x], {
    shape: x.shape,
    type: x.type,
    gradient: (g, y) => [mul(y, sub(g, sum(mul(g, y), { axes: [-1], keepDimensions: true })))],
    onnxAttributes: { axis: { int: -1 } },
  })
}

/** The logarithm of softmax, without overflow. With y = logSoftmax(x): dx = dy - softmax(x) sum(dy). */
export function logSoftmax(x: Value): Value {
  return apply('LogSoftmax', [x], {
    shape: x.shape,
    type: x.type,
    gradient: (g, y) => [sub(g, mul(exp(y), sum(g, { axes: [-1], keepDimensions: true })))],
    onnxAttributes: { axis: { int: -1 } },
  })
}

/**
 * Cross-entropy of logits `[batch, classes]` against targets of the same shape whose rows sum to 1: minus the mean over the batch
 * of sum(target log softmax(logits)). Taken as a whole its gradient is short: (softmax(logits) - targets) / batch.
 */
export function crossEntropy(logits: Value, targets: Value): Value {
  requireShape(targets, logits.shape, 'Cross-entropy, the targets')
  const share = 1 / fixed(logits.shape[0])
  const logProbabilities = logSoftmax(logits)
  const loss = mul(sum(mul(logProbabilities, targets)), constant(-share, { type: logits.type }))
  return withGradient(loss, [logits, targets], (g) => [
    mul(sub(exp(logProbabilities), targets), mul(g, constant(share, { type: logits.type }))),
    null,
  ])
}

/**
 * The share of wrong answers, from logits `[batch, outputs]` and targets of the same shape: an answer is the largest logit (the
 * first of equals), with a single output whether it is above 0. A staircase of the weights, so its gradient is 0.
 */
export function errorRate(logits: Value, targets: Value): Value {
  requireShape(targets, logits.shape, 'The error rate, the targets')
  const [batch = 0, outputs = 0] = logits.shape
  const { type } = logits
  const isRight = cast(greater(targets, constant(0.5, { type })), type)
  const answers =
    outputs === 1
      ? cast(greater(logits, constant(0, { type })), type)
      : cast(equal(firstOfLargest(logits), constant(0, { type })), type)
  const agree = cast(equal(answers, isRight), type)
  // All outputs of an image agree, or the answer is wrong.
  const right = sub(constant(1, { type }), max(sub(constant(1, { type }), agree), 1))
  const wrong = sub(constant(1, { type }), mean(reshape(right, [batch])))
  return withGradient(wrong, [logits, targets], () => [expand(constant(0, { type }), logits.shape), null])
}

/** Of each row: 0 at the first of its largest numbers, above 0 elsewhere. */
function firstOfLargest(x: Value): Value {
  const [rows = 0, columns] = x.shape
  const count = fixed(columns)
  const falling = constant(
    Array.from({ length: count }, (_, position) => count - position),
    { type: x.type },
  )
  const ranks = mul(cast(equal(x, reshape(max(x, 1), [rows, 1])), x.type), falling)
  return sub(reshape(max(ranks, 1), [rows, 1]), ranks)
}
