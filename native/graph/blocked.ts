/**
 * The same graph with convolutions as ONNX Runtime computes them fastest on a CPU: channels lie in blocks as wide as the
 * processor's vectors, so that each number of an image meets a whole vector of weights. ONNX Runtime does so by itself where
 * kernels are constants, which those of a model that trains are not. The operators are its own, not ONNX's.
 */
import { gatherRows, reshape, transpose } from './operators/index.ts'
import { apply } from './operators/define.ts'
import { rebuild } from './rebuild.ts'
import { constant, fixed, type OnnxAttribute, type Value } from './value.ts'

/** https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/graph/contrib_ops/nchwc_schema_defs.cc */
const DOMAIN = 'com.microsoft.nchwc'

/** Images `[batch, channels, h, w]` in the order `[batch, channels / block, h, w, block]`; ONNX Runtime leaves them their shape. */
export function toBlocks(images: Value): Value {
  const { shape, type } = images
  return apply(`${DOMAIN}.ReorderInput`, [images], { shape, type, gradient: 'none' })
}

/** The way back. */
function fromBlocks(blocks: Value): Value {
  const { shape, type } = blocks
  const onnxAttributes = { channels: { int: fixed(shape[1]) } }
  return apply(`${DOMAIN}.ReorderOutput`, [blocks], { shape, type, gradient: 'none', onnxAttributes })
}

/**
 * The outputs again, with channels in blocks of `block` (native/runtime/channel-blocks.ts tells how many suit the processor) in
 * each convolution where they come out even. The result is for running on that processor: it carries no gradients.
 */
export function blocked(outputs: readonly Value[], block: number): Value[] {
  // Images that go into several convolutions are brought into blocks once.
  const inBlocks = new Map<Value, Value>()
  const blocksOf = (images: Value): Value => {
    const blocks = inBlocks.get(images) ?? toBlocks(images)
    inBlocks.set(images, blocks)
    return blocks
  }
  // A single image is what gradients by kernels are computed from: very wide, and faster as it is.
  const fits = ({ shape }: Value, result: Value): boolean =>
    shape[0] !== 1 && [shape[1], result.shape[1]].every((channels) => fixed(channels) % block === 0)

  return rebuild(outputs, (value) => {
    if (value.source.kind !== 'operator') return value
    const { onnx, inputs, onnxAttributes } = value.source
    const [images, kernels] = inputs
    if (images === undefined) return value
    if (onnx === 'Transpose' && isChannelsLast(onnxAttributes) && images.shape[1] === block) {
      // With the channels last: one block.
      return reshape(blocksOf(images), value.shape)
    }
    if (kernels === undefined || inputs.length > 2) return value
    if (onnx === 'Conv' && fits(images, value)) {
      return fromBlocks(convolve(blocksOf(images), blocksOfKernels(kernels, block), value, onnxAttributes))
    }
    if (onnx === 'ConvTranspose' && onnxAttributes['strides'] === undefined && fits(images, value)) {
      // What goes back to the images is a convolution too, with kernels turned by half a turn.
      const [, , ...sizes] = kernels.shape.map(fixed)
      const pads = paddings(onnxAttributes).map((padding, side) => (sizes[side % 2] ?? 0) - 1 - padding)
      const back = blocksOfKernels(turned(kernels), block)
      return fromBlocks(convolve(blocksOf(images), back, value, { pads: { ints: pads } }))
    }
    return value
  })
}

type Attributes = Readonly<Record<string, OnnxAttribute>>

const paddings = ({ pads }: Attributes): readonly number[] =>
  pads !== undefined && 'ints' in pads ? pads.ints : [0, 0, 0, 0]

const isChannelsLast = ({ perm }: Attributes): boolean =>
  perm !== undefined && 'ints' in perm && perm.ints.join() === '0,2,3,1'

/** In blocks, with a result like `like`. */
function convolve(images: Value, kernels: Value, { shape, type }: Value, onnxAttributes: Attributes): Value {
  return apply(`${DOMAIN}.Conv`, [images, kernels], { shape, type, gradient: 'none', onnxAttributes })
}

/** Kernels `[outputs, channels, h, w]` in the order `[outputs / block, channels / block, h, w, channel, output]`. */
function blocksOfKernels(kernels: Value, block: number): Value {
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernels.shape.map(fixed)
  const split = reshape(kernels, [outputs / block, block, channels / block, block, height, width])
  return reshape(transpose(split, [0, 2, 4, 5, 3, 1]), kernels.shape)
}

/** Kernels `[outputs, channels, h, w]` as `[channels, outputs, h, w]`, the first weight last. */
function turned(kernels: Value): Value {
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernels.shape.map(fixed)
  const places = reshape(transpose(kernels, [2, 3, 1, 0]), [height * width, channels, outputs])
  const backwards = Array.from({ length: height * width }, (_, place) => height * width - 1 - place)
  const rows = gatherRows(places, constant(backwards, { type: 'int32' }))
  return transpose(reshape(rows, [height, width, channels, outputs]), [2, 3, 0, 1])
}
