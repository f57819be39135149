/**
 * A LeNet: two convolutions of 5 x 5 with ReLU and 2 x 2 pooling, then one linear layer. After LeCun et al. 1998, "Gradient-based
 * learning applied to document recognition", with ReLU, and fewer layers at the end.
 */
import {
  add,
  affine,
  averagePool,
  concat,
  convolve,
  fixed,
  max,
  maxPool,
  mean,
  pad,
  relu,
  reshape,
  transpose,
  type Value,
} from '../../graph/index.ts'
import { convolutionParameters, linearParameters, type Model, type Note } from './model.ts'

export type Pooling = 'max' | 'average'

const CHANNELS = [8, 16] as const
const KERNEL = 5
const PADDING = 2

export function lenet(outputs: number, pooling: Pooling): Model {
  const [first, second] = CHANNELS
  return {
    parameters: [
      ...convolutionParameters('conv1', 1, first, KERNEL),
      ...convolutionParameters('conv2', first, second, KERNEL),
      ...linearParameters('output', second * 7 * 7, outputs),
    ],
    logits: (pixels, parameter, purpose, dropout, note) => {
      const block = purpose === 'training' ? blockOfPlaces : plainBlock
      const inside =
        (name: string): Note =>
        (part, value, arrange) =>
          note(`${name}.${part}`, value, arrange)
      const [batch = 0] = pixels.shape
      const images = reshape(pixels, [batch, 1, 28, 28])
      const half = block(images, parameter('conv1.weight'), parameter('conv1.bias'), pooling, inside('conv1'))
      const quarter = block(half, parameter('conv2.weight'), parameter('conv2.bias'), pooling, inside('conv2'))
      const flat = reshape(quarter, [batch, second * 7 * 7])
      const features = dropout(flat, 1)
      note('features', flat)
      note('features.kept', features)
      return affine(features, parameter('output.weight'), parameter('output.bias'))
    },
  }
}

/**
 * Convolution, ReLU and 2 x 2 pooling: `[batch, channels, h, w]` to `[batch, outputs, h / 2, w / 2]`. Notes `sum` and `activation`
 * `[batch, outputs, h, w]` and `pooled`.
 */
function plainBlock(images: Value, weight: Value, bias: Value, pooling: Pooling, note: Note): Value {
  const [outputs = 0] = bias.shape
  const sums = add(convolve(images, weight, { padding: PADDING }), reshape(bias, [1, outputs, 1, 1]))
  const activations = relu(sums)
  const pooled = pooling === 'max' ? maxPool(activations) : averagePool(activations)
  note('sum', sums)
  note('activation', activations)
  note('pooled', pooled)
  return pooled
}

/**
 * The same block in a form that trains half as fast again. The four places of each pooling window become four groups of
 * channels of one convolution with stride 2, whose kernels are the 5 x 5 kernels at the four corners of a 6 x 6 frame.
 * Pooling then is a maximum over groups, which needs no strided copies, and its gradient none either.
 */
function blockOfPlaces(images: Value, weight: Value, bias: Value, pooling: Pooling, note: Note): Value {
  const [batch = 0, , height, width] = images.shape
  const outputs = fixed(bias.shape[0])
  const corners = [0, 1].flatMap((down) => [0, 1].map((right) => [down, right] as const))
  const kernels = corners.map(([down, right]) =>
    pad(weight, { before: [0, 0, down, right], after: [0, 0, 1 - down, 1 - right] }),
  )
  const places = convolve(images, concat(kernels, 0), { padding: PADDING, stride: 2 })
  const biases = reshape(concat([bias, bias, bias, bias], 0), [1, 4 * outputs, 1, 1])
  const [h, w] = [fixed(height) / 2, fixed(width) / 2]
  const groups = reshape(add(places, biases), [batch, 4, outputs * h * w])
  const activations = relu(groups)
  // The maximum may go before ReLU: neither changes an order, and it leaves ReLU a quarter of the work.
  const mixed = pooling === 'max' ? relu(max(groups, 1)) : mean(activations, { axes: [1] })
  const pooled = reshape(mixed, [batch, outputs, h, w])
  const pictures = (values: Value): Value => {
    const corner = reshape(values, [batch, 2, 2, outputs, h, w])
    return reshape(transpose(corner, [0, 3, 4, 1, 5, 2]), [batch, outputs, 2 * h, 2 * w])
  }
  note('sum', groups, pictures)
  note('activation', activations, pictures)
  note('pooled', pooled)
  return pooled
}
