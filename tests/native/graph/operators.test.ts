import { describe, expect, test } from 'vitest'
import * as graph from '../../../native/graph/index.ts'
import {
  abs,
  add,
  affine,
  cast,
  concat,
  constant,
  convolve,
  crossEntropy,
  div,
  exp,
  expand,
  gradients,
  greater,
  input,
  log,
  logSoftmax,
  matmul,
  max,
  mean,
  mul,
  neg,
  normalizeImages,
  pad,
  relu,
  reshape,
  scaleChannels,
  sigmoid,
  slice,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  where,
  type ConvolutionOptions,
  type Value,
} from '../../../native/graph/index.ts'
import { expectGradients, expectLinearGradients, evaluate } from './check-gradient.ts'

/** Each operator once, with the inputs that its domain allows. Numbers near a kink would spoil finite differences: seeds avoid them. */
const unaries: Record<string, { build: (x: Value) => Value; range?: [number, number] }> = {
  neg: { build: neg },
  exp: { build: exp },
  log: { build: log, range: [0.5, 2] },
  sqrt: { build: sqrt, range: [0.5, 2] },
  abs: { build: abs },
  relu: { build: relu },
  sigmoid: { build: sigmoid },
  softplus: { build: softplus },
  tanh: { build: tanh },
  cast: { build: (x) => cast(x, 'float64') },
  softmax: { build: softmax },
  logSoftmax: { build: logSoftmax },
  'sum of all': { build: (x) => sum(x) },
  'sum of the last axis': { build: (x) => sum(x, { axes: [-1] }) },
  'sum of the first axis, kept': { build: (x) => sum(x, { axes: [0], keepDimensions: true }) },
  'mean of all': { build: (x) => mean(x) },
  'mean of the last axis, kept': { build: (x) => mean(x, { axes: [-1], keepDimensions: true }) },
  'reshape to a row': { build: (x) => reshape(x, [1, graph.elementCount(x.shape)]) },
  'transpose reversed': { build: (x) => transpose(x, x.shape.map((_, axis) => axis).toReversed()) },
  'max of the first axis': { build: (x) => max(x, 0) },
  'max of the last axis': { build: (x) => max(x, -1) },
  'slice of the last axis': { build: (x) => slice(x, { axes: [x.shape.length - 1], starts: [1], ends: [3] }) },
  'pad of all axes': { build: (x) => pad(x, { before: x.shape.map((_, axis) => axis), after: x.shape.map(() => 2) }) },
  'expand in front': { build: (x) => expand(x, [2, ...x.shape]) },
}

const binaries: Record<string, { build: (a: Value, b: Value) => Value; range?: [number, number] }> = {
  add: { build: add },
  sub: { build: sub },
  mul: { build: mul },
  div: { build: div, range: [0.5, 2] },
  concat: {
    build: (a, b) => concat([reshape(a, [graph.elementCount(a.shape)]), reshape(b, [graph.elementCount(b.shape)])], 0),
  },
  where: { build: (a, b) => where(greater(a, constant(0, { type: 'float64' })), mul(a, a), mul(b, b)) },
}

describe('the gradient agrees with finite differences', () => {
  for (const [name, { build, range }] of Object.entries(unaries)) {
    for (const shape of [[5], [3, 4], [2, 3, 4]]) {
      test(`of ${name} at [${shape.join()}]`, async () => {
        await expectGradients({ shapes: [shape], build, ...(range ? { range } : {}) })
      })
    }
  }
  for (const [name, { build, range }] of Object.entries(binaries)) {
    for (const shapes of [
      [
        [3, 4],
        [3, 4],
      ],
      [[3, 4], [4]],
      [
        [2, 1, 4],
        [3, 1],
      ],
    ]) {
      test(`of ${name} at ${shapes.map((shape) => `[${shape.join()}]`).join(' and ')}`, async () => {
        await expectGradients({ shapes, build, ...(range ? { range } : {}) })
      })
    }
  }
  for (const shape of [
    [2, 3, 2, 2],
    [1, 2, 3, 1],
    [3, 1, 1, 4],
  ]) {
    const [, channels = 0] = shape
    test(`of normalizeImages at [${shape.join()}]`, async () => {
      await expectGradients({ shapes: [shape], build: normalizeImages })
    })
    test(`of scaleChannels at [${shape.join()}]`, async () => {
      await expectGradients({ shapes: [shape, [channels], [channels]], build: scaleChannels })
    })
  }
  for (const [rows, inner, columns] of [
    [2, 4, 3],
    [1, 5, 2],
    [4, 1, 1],
  ] as const) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const shapes = [transposeA ? [inner, rows] : [rows, inner], transposeB ? [columns, inner] : [inner, columns]]
      const options = { transposeA, transposeB, alpha: 0.5 }
      const name = `${rows} x ${inner} times ${inner} x ${columns}, transposeA ${transposeA}, transposeB ${transposeB}`
      test(`of matmul, ${name}`, async () => {
        await expectGradients({ shapes, build: (a, b) => matmul(a, b, options) })
      })
      test(`of affine with a bias row and with a whole matrix, ${name}`, async () => {
        await expectGradients({ shapes: [...shapes, [columns]], build: (a, b, c) => affine(a, b, c, options) })
        await expectGradients({ shapes: [...shapes, [rows, columns]], build: (a, b, c) => affine(a, b, c, options) })
      })
    }
  }
  for (const [stretched, shape] of [
    [
      [3, 1],
      [3, 4],
    ],
    [[1], [2, 3]],
    [
      [2, 1, 3],
      [4, 2, 5, 3],
    ],
  ] as const) {
    test(`of expand from [${stretched.join()}] to [${shape.join()}]`, async () => {
      await expectGradients({ shapes: [stretched], build: (x) => expand(x, shape) })
    })
  }
  for (const shape of [
    [1, 2],
    [4, 3],
    [3, 10],
  ] as const) {
    test(`of cross-entropy at [${shape.join()}]`, async () => {
      const [rows, columns] = shape
      const rowsOfTargets = Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (__, column) => (column === row % columns ? 0.8 : 0.2 / (columns - 1))),
      )
      const targets = constant(rowsOfTargets.flat(), { shape: [...shape], type: 'float64' })
      await expectGradients({ shapes: [shape], build: (x) => crossEntropy(x, targets), range: [-3, 3] })
    })
  }
  test('of cross-entropy belongs to the number that its parts give', async () => {
    const targets = constant([1, 0, 0, 0.1, 0.8, 0.1, 0, 0, 1, 0.5, 0.5, 0], { shape: [4, 3], type: 'float64' })
    const [x, t] = [input('x', [4, 3], 'float64'), targets]
    const parts = neg(mean(sum(mul(logSoftmax(x), t), { axes: [-1] })))
    const at = new Map([[x, Float64Array.from({ length: 12 }, (_, i) => Math.sin(i))]])
    const { whole, sum: composed } = await evaluate(at, { whole: crossEntropy(x, t), sum: parts })
    expect(whole![0]).toBeCloseTo(composed![0]!, 12)
  })
  test('of a value that is used twice: the two ways add up', async () => {
    await expectGradients({ shapes: [[3]], build: (x) => add(mul(x, x), mul(x, exp(x))) })
  })
})

/**
 * ONNX Runtime convolves in float32 alone. A convolution is linear in each of its inputs, so that a long step is as exact as a
 * short one, and rounding stays small beside it.
 */
describe('the gradient of a convolution agrees with finite differences', () => {
  const cases: [number[], number[], ConvolutionOptions][] = [
    [[2, 3, 6, 5], [4, 3, 3, 3], {}],
    [[2, 1, 5, 5], [2, 1, 5, 5], { padding: 2 }],
    [[1, 2, 8, 8], [3, 2, 6, 6], { padding: 2, stride: 2 }],
    [[2, 2, 7, 8], [2, 2, 3, 2], { padding: 1, stride: 2 }],
    [[1, 3, 9, 8], [2, 3, 3, 3], { stride: 3, padding: 1 }],
    [[3, 2, 5, 5], [4, 2, 1, 1], { stride: 2 }],
  ]
  for (const [images, kernels, options] of cases) {
    test(`of [${images.join()}] and [${kernels.join()}] with ${JSON.stringify(options)}`, async () => {
      await expectLinearGradients([images, kernels], (x, w) => convolve(x, w, options))
    })
  }
})

test('equal numbers: the first one gets the gradient of the maximum', async () => {
  const x = input('x', [2, 4], 'float64')
  const at = new Map([[x, Float64Array.of(1, 3, 3, 2, 0, 0, 0, 0)]])
  expect(await evaluate(at, { g: gradients(sum(max(x, 1)), [x])[0]! })).toEqual({ g: [0, 1, 0, 0, 1, 0, 0, 0] })
})

describe('known values of the chapter', () => {
  test('x squared at 3 is 9 with gradient 6; the sum of squares at [3, 4, 10] is 125 with gradient [6, 8, 20]', async () => {
    const x = input('x', [3], 'float64')
    const loss = sum(mul(x, x))
    const [gradient] = gradients(loss, [x])
    expect(await evaluate(new Map([[x, Float64Array.of(3, 4, 10)]]), { loss, gradient: gradient! })).toEqual({
      loss: [125],
      gradient: [6, 8, 20],
    })
    const y = input('y', [1], 'float64')
    const square = sum(mul(y, y))
    expect(await evaluate(new Map([[y, Float64Array.of(3)]]), { square, slope: gradients(square, [y])[0]! })).toEqual({
      square: [9],
      slope: [6],
    })
  })

  test('ReLU and the absolute value have slope 0 at 0, as in PyTorch', async () => {
    const x = input('x', [3], 'float64')
    const at = new Map([[x, Float64Array.of(-1, 0, 2)]])
    expect(await evaluate(at, { g: gradients(sum(relu(x)), [x])[0]! })).toEqual({ g: [0, 0, 1] })
    expect(await evaluate(at, { g: gradients(sum(abs(x)), [x])[0]! })).toEqual({ g: [-1, 0, 1] })
  })
})

test('every operator that has a gradient is in the tables above', () => {
  const checked = new Set([...Object.keys(unaries), ...Object.keys(binaries)].map((name) => name.split(' ')[0]))
  for (const name of ['matmul', 'affine', 'convolve', 'crossEntropy', 'normalizeImages', 'scaleChannels'])
    checked.add(name)
  // A staircase: tests/native/learn/losses.test.ts
  checked.add('errorRate')
  const withoutGradient = ['maxPool', 'averagePool', 'floor', 'sign', 'greater', 'equal', 'dequantize', 'gatherRows']
  const helpers = [
    'input', 'constant', 'elementCount', 'fixed', 'showShape', 'sameShape', 'isFloat', 'inputsOf', 'inOrder', 'sumTo',
    'gradients', 'reachedGradients', 'simplify', 'nextName', 'writeModel', 'writeRepeatedStep', 'readMetadata', 'readWeight', 'portable', 'unroll', 'blocked', 'toBlocks',
  ] // prettier-ignore
  const functions = Object.entries(graph).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
  expect(
    functions.filter((name) => !checked.has(name) && !withoutGradient.includes(name) && !helpers.includes(name)),
  ).toEqual([])
})
