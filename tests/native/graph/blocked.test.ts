import { describe, expect, test } from 'vitest'
import {
  blocked,
  convolve,
  gradients,
  inOrder,
  input,
  mul,
  simplify,
  sum,
  writeModel,
  type Value,
} from '../../../native/graph/index.ts'
import { Random } from '../../../native/learn/random.ts'
import { channelBlock } from '../../../native/runtime/channel-blocks.ts'
import { float32Of, Session, tensorOf } from '../../../native/runtime/session.ts'

const block = await channelBlock()
const batch = 3

const names = ['result', 'images', 'kernels'] as const

type Options = { size: number; stride: number; outputs: number; channels?: number }

/** A convolution and both of its gradients. */
function convolutionOf({ size, stride, outputs, channels = 32 }: Options) {
  const images = input('x', [batch, channels, 8, 8])
  const kernels = input('w', [outputs, channels, size, size])
  const result = convolve(images, kernels, { padding: Math.floor((size - 1) / 2), stride })
  const weights = input('g', result.shape)
  const slopes = gradients(sum(mul(result, weights)), [images, kernels])
  return { inputs: [images, kernels, weights], values: simplify([result, ...slopes]) }
}

async function computed(inputs: readonly Value[], values: readonly Value[]): Promise<Float32Array[]> {
  const outputs = Object.fromEntries(names.map((name, position) => [name, values[position]!]))
  const session = await Session.create(writeModel({ name: 'convolution', inputs, outputs }))
  const random = new Random(3)
  const feeds = inputs.map(({ shape, source }) => {
    const numbers = Float32Array.from({ length: graphSize(shape) }, () => random.uniform() - 0.5)
    return [source.kind === 'input' ? source.name : '', tensorOf(numbers, shape.map(Number))] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  await session.close()
  return names.map((name) => float32Of(results[name]))
}

const graphSize = (shape: Value['shape']): number => shape.map(Number).reduce((product, size) => product * size, 1)

const operators = (values: readonly Value[]): string[] =>
  inOrder(values).flatMap(({ source }) => (source.kind === 'operator' ? [source.onnx] : []))

const own = 'com.microsoft.nchwc.Conv'

describe.skipIf(block === null)('convolutions with channels in blocks', () => {
  test.each([
    { size: 3, stride: 1, outputs: 32, found: 2 },
    { size: 3, stride: 1, outputs: 64, found: 2 },
    { size: 5, stride: 1, outputs: 32, found: 2 },
    { size: 6, stride: 2, outputs: 32, found: 2 },
    { size: 2, stride: 2, outputs: 64, found: 2 },
    { size: 4, stride: 2, outputs: 32, found: 1 },
    { size: 3, stride: 2, outputs: 64, found: 1 },
    { size: 1, stride: 2, outputs: 32, found: 1 },
    { size: 3, stride: 1, outputs: 32, channels: 3, found: 1 },
    { size: 6, stride: 2, outputs: 64, channels: 1, found: 1 },
  ])(
    'of $size x $size, stride $stride, to $outputs channels give what plain ones give',
    async ({ found, ...options }) => {
      const { inputs, values } = convolutionOf(options)
      const inBlocks = blocked(values, block ?? 1)
      // Forward, and back to the images where that comes out even.
      expect(operators(inBlocks).filter((name) => name === own)).toHaveLength(found)
      const [plain, ours] = [await computed(inputs, values), await computed(inputs, inBlocks)]
      for (const [position, name] of names.entries()) {
        const off = Math.hypot(...plain[position]!.map((number, i) => number - ours[position]![i]!))
        expect(off / Math.hypot(...plain[position]!), name).toBeLessThan(1e-6)
      }
    },
  )

  test('stay as they are where the channels do not come out even', () => {
    const { values } = convolutionOf({ size: 3, stride: 1, outputs: 7, channels: 33 })
    expect(operators(blocked(values, block ?? 1))).not.toContain(own)
  })
})
