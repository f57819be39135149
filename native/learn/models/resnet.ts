/**
 * A small ResNet: a stem and two residual blocks, each of which adds to what it was given instead of replacing it. After He et al.
 * 2015, https://arxiv.org/abs/1512.03385, with layer normalization (each image for itself) in place of batch normalization: a
 * picture is then read the same way alone and in a mini-batch, and there are no running averages to keep.
 */
import {
  add,
  affine,
  convolve,
  fixed,
  normalizeImages,
  relu,
  reshape,
  scaleChannels,
  type Value,
} from '../../graph/index.ts'
import { resnetChannels } from '../specification.ts'
import { linearParameters, normalizedConvolutionParameters, type Model, type Note } from './model.ts'

type Parameters = (name: string) => Value

export function resnet(outputs: number): Model {
  const [narrow, wide] = resnetChannels
  return {
    parameters: [
      ...normalizedConvolutionParameters('stem', 1, narrow, 5),
      ...normalizedConvolutionParameters('block1.conv1', narrow, narrow, 3),
      ...normalizedConvolutionParameters('block1.conv2', narrow, narrow, 3),
      ...normalizedConvolutionParameters('block2.conv1', narrow, wide, 3),
      ...normalizedConvolutionParameters('block2.conv2', wide, wide, 3),
      ...normalizedConvolutionParameters('block2.shortcut', narrow, wide, 1),
      ...linearParameters('output', wide * 7 * 7, outputs),
    ],
    logits: (pixels, parameter, _, dropout, note) => {
      const [batch = 0] = pixels.shape
      const images = reshape(pixels, [batch, 1, 28, 28])
      const stem = relu(normalizedConvolution(images, parameter, 'stem', 2, note))
      note('stem.activation', stem)
      const narrowBlock = residualBlock(stem, parameter, 'block1', 1, note)
      const wideBlock = residualBlock(narrowBlock, parameter, 'block2', 2, note)
      const features = reshape(wideBlock, [batch, wide * 7 * 7])
      const kept = dropout(features, 1)
      note('features', features)
      note('features.kept', kept)
      return affine(kept, parameter('output.weight'), parameter('output.bias'))
    },
  }
}

/** relu(shortcut + two convolutions): where the sizes change, the shortcut is a convolution of 1 x 1. */
function residualBlock(x: Value, parameter: Parameters, name: string, stride: number, note: Note): Value {
  const inner = relu(normalizedConvolution(x, parameter, `${name}.conv1`, stride, note))
  note(`${name}.conv1.activation`, inner)
  const change = normalizedConvolution(inner, parameter, `${name}.conv2`, 1, note)
  const shortcut = stride === 1 ? x : normalizedConvolution(x, parameter, `${name}.shortcut`, stride, note)
  const sum = add(change, shortcut)
  const activation = relu(sum)
  note(`${name}.sum`, sum)
  note(`${name}.activation`, activation)
  return activation
}

/** A convolution that keeps the size (but for the stride), each image brought to mean 0 and variance 1, then times gain plus shift. */
function normalizedConvolution(x: Value, parameter: Parameters, name: string, stride: number, note: Note): Value {
  const kernels = parameter(`${name}.weight`)
  const padding = (fixed(kernels.shape[2]) - 1) / 2
  const convolved = convolve(x, kernels, { padding, stride })
  const normalized = normalizeImages(convolved)
  const scaled = scaleChannels(normalized, parameter(`${name}.gain`), parameter(`${name}.shift`))
  note(`${name}.sum`, convolved)
  note(`${name}.normalized`, normalized)
  note(`${name}.scaled`, scaled)
  return scaled
}
