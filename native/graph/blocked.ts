/**
 * The same graph with convolutions as ONNX Runtime computes them fastest on a CPU: channels lie in blocks as wide as the
 * processor's vectors, so that each number of an image meets a whole vector of weights. ONNX Runtime does so by itself where
 * kernels are constants, which those of a model that trains are not. The operators are its own, not ONNX's.
 */
import { gatherRows, reshape, transpose } from './operators/index.ts'
import { apply } from './operators/define.ts'
import { rebuild } from './rebuild.ts'
import { constant, fixed, sameShape, type OnnxAttribute, type Value } from './value.ts'

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
  /** Null where the channels do not come out even; images of fewer channels than one block has are taken as they are. */
  const convolve = ({ images, kernels, bias, padding, stride = 1 }: Convolution): Value | null => {
    const [batch = 0, channels = 0, ...size] = images.shape.map(fixed)
    const [results = 0, , ...kernel] = kernels.shape.map(fixed)
    const isWhole = channels % block === 0
    // A single image is what gradients by kernels are computed from: very wide, and faster as it is.
    if (batch === 1 || results % block !== 0 || !(isWhole || channels < block)) return null
    const places = size.map((length, axis) => Math.floor((length + 2 * padding - (kernel[axis] ?? 0)) / stride) + 1)
    const given = [
      isWhole ? blocksOf(images) : images,
      isWhole ? wholeBlocks(kernels, block) : fewBlocks(kernels, block),
    ]
    const convolved = apply(`${DOMAIN}.Conv`, bias === undefined ? given : [...given, bias], {
      shape: [batch, results, ...places],
      type: images.type,
      gradient: 'none',
      onnxAttributes: { pads: { ints: [padding, padding, padding, padding] }, strides: { ints: [stride, stride] } },
    })
    return fromBlocks(convolved)
  }

  return rebuild(outputs, (value) => {
    if (value.source.kind !== 'operator') return value
    const { onnx, inputs, onnxAttributes } = value.source
    const [images, kernels, bias] = inputs
    if (images === undefined) return value
    // With the channels last: one block.
    if (onnx === 'Transpose' && onnxAttributes['perm'] !== undefined && images.shape[1] === block) {
      return numbersOf(onnxAttributes['perm']).join() === '0,2,3,1' ? reshape(blocksOf(images), value.shape) : value
    }
    if (kernels === undefined) return value
    const [padding = 0] = numbersOf(onnxAttributes['pads'])
    const [stride = 1] = numbersOf(onnxAttributes['strides'])
    if (onnx === 'Conv') return convolve({ images, kernels, bias, padding, stride }) ?? value
    if (onnx !== 'ConvTranspose') return value
    const back = backToImages({ images, kernels, bias, padding, stride }, convolve)
    // Pixels that the stride had left over are not there.
    return back !== null && sameShape(back.shape, value.shape) ? back : value
  })
}

type Convolution = {
  readonly images: Value
  readonly kernels: Value
  readonly bias: Value | undefined
  /** On every side. */
  readonly padding: number
  readonly stride?: number
}

const numbersOf = (attribute: OnnxAttribute | undefined): readonly number[] =>
  attribute !== undefined && 'ints' in attribute ? attribute.ints : []

/**
 * The gradient of a convolution by its images, `images` being the gradient by its results: a convolution again, with the kernels
 * turned by half a turn. With a stride of 2 each pixel of a 2 x 2 square meets weights of its own, every second one of a
 * kernel: they become four times as many channels, which are then spread out. Null for strides and kernels where that
 * does not come out even.
 */
function backToImages(
  { images, kernels, bias, padding, stride = 1 }: Convolution,
  convolve: (convolution: Convolution) => Value | null,
): Value | null {
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernels.shape.map(fixed)
  const side = height / stride
  const around = side - 1 - padding / stride
  if (stride > 2 || height !== width || ![side, around].every(Number.isInteger) || around < 0) return null
  // From [outputs, channels, side, stride, side, stride] to the two sides as rows, which can be turned.
  const parts = reshape(kernels, [outputs, channels, side, stride, side, stride])
  const rows = reshape(transpose(parts, [2, 4, 3, 5, 1, 0]), [side * side, stride * stride * channels * outputs])
  const backwards = Array.from({ length: side * side }, (_, row) => side * side - 1 - row)
  const turned = reshape(gatherRows(rows, constant(backwards, { type: 'int32' })), [
    side,
    side,
    stride * stride * channels,
    outputs,
  ])
  const spread = convolve({
    images,
    kernels: transpose(turned, [2, 3, 0, 1]),
    bias,
    padding: around,
  })
  if (spread === null || stride === 1) return spread
  const [batch = 0, , h = 0, w = 0] = spread.shape.map(fixed)
  const squares = reshape(spread, [batch, stride, stride, channels, h, w])
  return reshape(transpose(squares, [0, 3, 4, 1, 5, 2]), [batch, channels, stride * h, stride * w])
}

/** Kernels `[outputs, channels, h, w]` in the order `[outputs / block, channels / block, h, w, channel, output]`. */
function wholeBlocks(kernels: Value, block: number): Value {
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernels.shape.map(fixed)
  const split = reshape(kernels, [outputs / block, block, channels / block, block, height, width])
  return reshape(transpose(split, [0, 2, 4, 5, 3, 1]), kernels.shape)
}

/** For images of few channels: `[outputs / block, channels, h, w, output]`. */
function fewBlocks(kernels: Value, block: number): Value {
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernels.shape.map(fixed)
  const split = reshape(kernels, [outputs / block, block, channels, height, width])
  return reshape(transpose(split, [0, 2, 3, 4, 1]), kernels.shape)
}
