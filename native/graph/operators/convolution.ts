/** Convolution and its two gradients, each of which is a convolution again. */
import { AppError } from '../../../data/error.ts'
import { commonType } from '../shapes.ts'
import { fixed, showShape, type Dimension, type Value } from '../value.ts'
import { reshape, slice, transpose } from './arrange.ts'
import { apply } from './define.ts'

export type ConvolutionOptions = {
  /** Zeros added on every side. */
  readonly padding?: number
  /** Pixels from one place of the kernel to the next. */
  readonly stride?: number
}

/** How many places a kernel of `kernel` weights has along `size` pixels. */
function places(size: Dimension | undefined, kernel: Dimension | undefined, options: ConvolutionOptions): number {
  const { padding = 0, stride = 1 } = options
  return Math.floor((fixed(size) + 2 * padding - fixed(kernel)) / stride) + 1
}

/**
 * Slides `kernels` `[outputs, channels, height, width]` over `images` `[batch, channels, height, width]`: at each place the
 * products are summed. The kernel is not flipped, as in all of deep learning.
 * https://onnx.ai/onnx/operators/onnx__Conv.html
 */
export function convolve(images: Value, kernels: Value, options: ConvolutionOptions = {}): Value {
  const { padding = 0, stride = 1 } = options
  const [batch = 0, channels, height, width] = images.shape
  const [outputs = 0, kernelChannels, kernelHeight, kernelWidth] = kernels.shape
  if (images.shape.length !== 4 || kernels.shape.length !== 4 || channels !== kernelChannels) {
    throw new AppError(
      'graph/shape-mismatch',
      `A convolution needs images [batch, channels, height, width] and kernels [outputs, channels, height, width] with the same channels; found ${showShape(images.shape)} and ${showShape(kernels.shape)}.`,
    )
  }
  const resultHeight = places(height, kernelHeight, options)
  const resultWidth = places(width, kernelWidth, options)
  if (resultHeight < 1 || resultWidth < 1) {
    throw new AppError(
      'graph/shape-mismatch',
      `Kernels of shape ${showShape(kernels.shape)} do not fit into images of shape ${showShape(images.shape)}.`,
    )
  }
  return apply('Conv', [images, kernels], {
    shape: [batch, outputs, resultHeight, resultWidth],
    type: commonType([images, kernels], 'Conv'),
    gradient: (g) => [
      spreadBack(g, kernels, [fixed(height), fixed(width)], options),
      kernelGradient(images, kernels, g, options),
    ],
    onnxAttributes: {
      pads: { ints: [padding, padding, padding, padding] },
      ...(stride === 1 ? {} : { strides: { ints: [stride, stride] } }),
    },
  })
}

/**
 * The gradient of a convolution by its kernels. Weight (i, j) met the image at (y stride + i, x stride + j) wherever it made the
 * result at (y, x): a convolution again, of the images with `g` as kernel, where the stride becomes a dilation and the sum goes
 * over the batch. The channels stand side by side in the columns, so that a column is `channels` numbers wide: one convolution
 * with long rows then makes all weights, three times as fast as one for each channel.
 */
function kernelGradient(images: Value, kernels: Value, g: Value, options: ConvolutionOptions): Value {
  const { padding = 0, stride = 1 } = options
  const [batch = 0, channels = 0, height = 0, width = 0] = images.shape.map(fixed)
  const [outputs = 0, , kernelHeight = 0, kernelWidth = 0] = kernels.shape.map(fixed)
  const [, , resultHeight = 0, resultWidth = 0] = g.shape.map(fixed)
  const sideBySide = channels === 1 ? images : transpose(images, [0, 2, 3, 1])
  const sums = apply('Conv', [reshape(sideBySide, [1, batch, height, width * channels]), transpose(g, [1, 0, 2, 3])], {
    shape: [
      1,
      outputs,
      height + 2 * padding - stride * (resultHeight - 1),
      channels * (width + 2 * padding - stride * (resultWidth - 1)),
    ],
    type: g.type,
    gradient: 'none',
    onnxAttributes: {
      pads: { ints: [padding, padding * channels, padding, padding * channels] },
      dilations: { ints: [stride, stride * channels] },
    },
  })
  // Where the stride leaves pixels over, more places come out than there are weights.
  const weights = slice(sums, { axes: [2, 3], starts: [0, 0], ends: [kernelHeight, kernelWidth * channels] })
  return transpose(reshape(weights, [outputs, kernelHeight, kernelWidth, channels]), [0, 3, 1, 2])
}

/**
 * The gradient of a convolution by its images: every result pixel goes back to the pixels that it was made of, times the
 * weight that it met there. `size` is the images' height and width.
 * https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
 */
function spreadBack(g: Value, kernels: Value, size: readonly [number, number], options: ConvolutionOptions): Value {
  const { padding = 0, stride = 1 } = options
  const [batch = 0] = g.shape
  const [, channels = 0, kernelHeight, kernelWidth] = kernels.shape
  // Pixels that the stride had left over at the far side.
  const left = (axis: 0 | 1, kernel: Dimension | undefined) =>
    size[axis] - ((fixed(g.shape[axis + 2]) - 1) * stride - 2 * padding + fixed(kernel))
  const over = [left(0, kernelHeight), left(1, kernelWidth)]
  return apply('ConvTranspose', [g, kernels], {
    shape: [batch, channels, ...size],
    type: g.type,
    gradient: 'none',
    onnxAttributes: {
      pads: { ints: [padding, padding, padding, padding] },
      ...(stride === 1 ? {} : { strides: { ints: [stride, stride] } }),
      ...(over.some((pixels) => pixels > 0) ? { output_padding: { ints: over } } : {}),
    },
  })
}

/** The largest of each 2 x 2 window: `[batch, channels, h, w]` to half the height and width. For inference; no gradient. */
export const maxPool = (x: Value): Value => pool('MaxPool', x)

/** The mean of each 2 x 2 window, as maxPool. */
export const averagePool = (x: Value): Value => pool('AveragePool', x)

function pool(onnx: 'MaxPool' | 'AveragePool', x: Value): Value {
  const [batch = 0, channels = 0, height, width] = x.shape
  if (x.shape.length !== 4 || fixed(height) % 2 === 1 || fixed(width) % 2 === 1) {
    throw new AppError(
      'graph/shape-mismatch',
      `2 x 2 pooling needs images [batch, channels, height, width] of even height and width; found ${showShape(x.shape)}.`,
    )
  }
  return apply(onnx, [x], {
    shape: [batch, channels, fixed(height) / 2, fixed(width) / 2],
    type: x.type,
    gradient: 'none',
    onnxAttributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
  })
}
