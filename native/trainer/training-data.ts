/** What a run learns from and is tested on: image tensors, classes, and the order in which images come. */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { bookOrder } from './book-order.ts'
import { shuffle, Random } from '../learn/random.ts'
import { classesOf, hasSingleOutput, type RunSpecification } from '../learn/specification.ts'

/** Class index of each image, or -1 for images of other digits. With two digits `[a, b]`: a is 1, b is 0. */
export function classIndices(labels: Uint8Array, digits: readonly number[]): Int16Array {
  const classOf = new Int16Array(256).fill(-1)
  for (const [index, digit] of classesOf(digits).entries()) classOf[digit] = index
  return Int16Array.from(labels, (label) => classOf[label] ?? -1)
}

/** Gives the images of each epoch in their order. Epoch 0 is the first. */
export type EpochOrder = (epoch: number) => Int32Array

/** Throws `dataset/bad-shape`, `dataset/no-images-of-class` when a digit has no image, `train/bad-specification` for a batch larger than the data. */
export function epochOrder(spec: RunSpecification, train: ImageSet): EpochOrder {
  requireShape(train)
  for (const digit of spec.digits) {
    if (!train.labels.includes(digit)) {
      throw new AppError(
        'dataset/no-images-of-class',
        `The training images of "${spec.dataset}" have no ${digit}. Choose digits that the data set has.`,
        { details: { digit } },
      )
    }
  }
  const listed = bookOrder(train, spec.digits)
  if (spec.batchSize > listed.length) {
    throw new AppError(
      'train/bad-specification',
      `A mini-batch of ${spec.batchSize} is larger than the data: ${listed.length} training images. Choose a batch size of ${listed.length} or less.`,
      { details: { field: 'batchSize', most: listed.length } },
    )
  }
  if (spec.order === 'book') return () => listed
  const plain = Int32Array.from(listed).sort()
  // Each epoch has its own stream: epoch 7 can be had without drawing epochs 1 to 6.
  return (epoch) => shuffle(plain.slice(), new Random(spec.seed, 1_000_000 + epoch))
}

/**
 * How many images a run is tested on. Throws `dataset/no-images-of-class` where there are none, `dataset/bad-shape` for images that
 * models do not take.
 */
export function requireTestImages(spec: Pick<RunSpecification, 'digits'>, test: ImageSet): number {
  requireShape(test)
  const count = test.labels.reduce((total, label) => total + (spec.digits.includes(label) ? 1 : 0), 0)
  if (count > 0) return count
  throw new AppError(
    'dataset/no-images-of-class',
    'The test images have none of the chosen digits. Choose digits that they have.',
  )
}

function requireShape(set: ImageSet): void {
  if (set.height * set.width === 784) return
  throw new AppError('dataset/bad-shape', `Models take 28 x 28 images; this set has ${set.height} x ${set.width}.`, {
    details: { height: set.height, width: set.width },
  })
}

/** Outputs of the model: one for two digits with a sigmoid, else one for each digit. */
export function outputCount(spec: RunSpecification): number {
  return hasSingleOutput(spec) ? 1 : spec.digits.length
}
