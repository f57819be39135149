import { describe, expect, test } from 'vitest'
import {
  add,
  constant,
  convolve,
  elementCount,
  expand,
  gradients,
  input,
  inOrder,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  nextName,
  readMetadata,
  reshape,
  simplify,
  sub,
  sum,
  writeModel,
  writeRepeatedStep,
  type Value,
} from '../../../native/graph/index.ts'
import { Session, tensorOf } from '../../../native/runtime/session.ts'
import { evaluate } from './check-gradient.ts'

const operatorsOf = (values: Value[]) =>
  inOrder(values).flatMap(({ source }) => (source.kind === 'operator' ? [source.onnx] : []))

describe('simplify', () => {
  const x = input('x', [5, 4], 'float64')
  const w = input('w', [4, 3], 'float64')
  const t = input('t', [5, 3], 'float64')
  const numbers = new Map([
    [x, Float64Array.from({ length: 20 }, (_, i) => Math.sin(i))],
    [w, Float64Array.from({ length: 12 }, (_, i) => Math.cos(i))],
    [t, Float64Array.from({ length: 15 }, (_, i) => (i % 4 === 0 ? 1 : 0))],
  ])
  const loss = neg(mean(sum(mul(logSoftmax(matmul(x, w)), t), { axes: [-1] })))
  const [gradient] = gradients(loss, [w], constant(0.5, { type: 'float64' }))
  const updated = sub(w, gradient!)

  test('the sum of a single row is that sum, with and without the axis', async () => {
    const row = input('row', [1, 4], 'float64')
    const at = new Map([[row, Float64Array.of(1, 2, 3, 4)]])
    const [kept, columns] = simplify([
      sum(row, { axes: [1], keepDimensions: true }),
      sum(row, { axes: [0], keepDimensions: true }),
    ])
    expect(await evaluate(at, { kept: kept!, columns: columns! })).toEqual({ kept: [10], columns: [1, 2, 3, 4] })
  })

  test('changes no number', async () => {
    const [simpleLoss, simpleUpdated] = simplify([loss, updated])
    const plain = await evaluate(numbers, { loss, updated })
    const simple = await evaluate(numbers, { loss: simpleLoss!, updated: simpleUpdated! })
    expect(simple['loss']![0]).toBeCloseTo(plain['loss']![0]!, 12)
    simple['updated']!.forEach((value, i) => expect(value).toBeCloseTo(plain['updated']![i]!, 12))
  })

  test('folds the update of SGD into the gradient and drops what broadcasting does anyway', () => {
    const [, simple] = simplify([loss, updated])
    expect(simple!.source).toMatchObject({ onnx: 'Gemm', onnxAttributes: { transA: { int: 1 }, alpha: { float: -1 } } })
    expect(operatorsOf([updated])).toContain('Expand')
    expect(operatorsOf([simple!])).not.toContain('Expand')
    expect(operatorsOf([simple!])).not.toContain('Reshape')
  })

  test('lets a convolution add the bias of each channel, and nothing else', async () => {
    const [images, kernels, bias] = [input('i', [2, 3, 5, 5]), input('k', [4, 3, 3, 3]), input('b', [4])]
    const convolved = convolve(images, kernels, { padding: 1 })
    const [simple] = simplify([add(convolved, reshape(bias, [1, 4, 1, 1]))])
    expect(operatorsOf([simple!])).toEqual(['Conv'])
    const [pixelwise] = simplify([add(convolved, reshape(input('p', [25]), [1, 1, 5, 5]))])
    expect(operatorsOf([pixelwise!])).toEqual(['Conv', 'Reshape', 'Add'])

    const numbersOf = (value: Value) =>
      tensorOf(
        Float32Array.from({ length: elementCount(value.shape) }, (_, i) => Math.sin(i)),
        value.shape.map(Number),
      )
    const outputs = { simple: simple!, plain: add(convolved, reshape(bias, [1, 4, 1, 1])) }
    const session = await Session.create(writeModel({ name: 'bias', inputs: [images, kernels, bias], outputs }))
    const results = await session.run({ i: numbersOf(images), k: numbersOf(kernels), b: numbersOf(bias) })
    const plain = results['plain']!.data as Float32Array
    for (const [i, number] of (results['simple']!.data as Float32Array).entries())
      expect(number).toBeCloseTo(plain[i]!, 5)
    await session.close()
  })

  test('computes equal things once, and leaves what a rule does not match', () => {
    const [once] = simplify([add(mul(x, x), mul(x, x))])
    expect(operatorsOf([once!])).toEqual(['Mul', 'Add'])
    const stretched = expand(input('s', [1, 4]), [5, 4])
    expect(operatorsOf(simplify([stretched]))).toEqual(['Expand'])
  })
})

describe('model files', () => {
  const x = input('x', [2])
  test('of equal graphs are equal bytes, and carry their metadata', () => {
    const build = () => {
      const leaf = input('x', [2])
      return writeModel({ name: 'g', inputs: [leaf], outputs: { y: mul(leaf, constant(2)) } }, { b: '2', a: '1' })
    }
    expect(Buffer.from(build()).equals(Buffer.from(build()))).toBe(true)
    expect([...readMetadata(build(), 'test')]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  test('may answer with an input, and with one value under two names', async () => {
    const doubled = mul(x, constant(2))
    const session = await Session.create(
      writeModel({ name: 'g', inputs: [x], outputs: { same: x, a: doubled, b: doubled } }),
    )
    const results = await session.run({ x: tensorOf(Float32Array.of(1, 2), [2]) })
    expect(
      Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]])),
    ).toEqual({
      same: [1, 2],
      a: [2, 4],
      b: [2, 4],
    })
    await session.close()
  })

  test('repeat a step with its state: a running sum', async () => {
    const total = input('total', [2])
    const item = input('item', [2])
    const scale = input('scale', [])
    const after = add(total, mul(item, scale))
    const bytes = writeRepeatedStep({
      name: 'sums',
      state: [{ before: total, after }],
      sliced: [item],
      shared: [scale],
      collected: { seen: sum(after) },
    })
    const session = await Session.create(bytes)
    const results = await session.run({
      total: tensorOf(Float32Array.of(0, 100), [2]),
      item: tensorOf(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]),
      scale: tensorOf(Float32Array.of(10), []),
    })
    expect([...(results[nextName('total')]!.data as Float32Array)]).toEqual([90, 220])
    expect([...(results['seen']!.data as Float32Array)]).toEqual([130, 200, 310])
    await session.close()
  })

  test('that use an input which they do not declare are refused', () => {
    expect(() => writeModel({ name: 'g', inputs: [], outputs: { y: add(x, x) } })).toThrow(/does not declare/)
    expect(() => writeModel({ name: 'g', inputs: [x, input('x', [3])], outputs: { y: add(x, x) } })).toThrow(
      /Two values/,
    )
  })
})
