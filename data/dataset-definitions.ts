/**
 * The data sets that Inkling knows by name. To add one: an entry here; `files` are found on disk, a `view` is a part of
 * another set, and `generated` is made by Inkling itself.
 */
import type { IdxFolder } from './idx-folder.ts'

type Common = {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Names of the classes, index = label. */
  readonly classes: readonly string[]
}

export type Definition = Common &
  (
    | { readonly kind: 'generated' }
    /** `folder`: its name within a search folder. */
    | { readonly kind: 'files'; readonly folder: string }
    /** The images of another set with these labels. */
    | { readonly kind: 'view'; readonly of: string; readonly labels: readonly number[] }
  )

export const digitNames: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

export const fashionNames: readonly string[] = [
  'T-shirt',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

export const definitions: readonly Definition[] = [
  {
    name: 'synthetic',
    title: 'Inkling Synthetic',
    description: 'Digits written by a simulated hand. Built in: needs no file and no network.',
    classes: digitNames,
    kind: 'generated',
  },
  {
    name: 'mnist',
    title: 'MNIST',
    description: '70,000 digits written by American high school students and census employees.',
    classes: digitNames,
    kind: 'files',
    folder: 'mnist',
  },
  {
    name: 'mnist_sample',
    title: 'MNIST sample',
    description: "The threes and sevens of MNIST, the book's first data set.",
    classes: digitNames,
    kind: 'view',
    of: 'mnist',
    labels: [3, 7],
  },
  {
    name: 'fashion_mnist',
    title: 'Fashion-MNIST',
    description: 'Pictures of clothing in ten classes, in the same form as MNIST.',
    classes: fashionNames,
    kind: 'files',
    folder: 'fashion-mnist',
  },
]

/** Labels of Fashion-MNIST's first images, by which it is known where its folder has another name. */
export const fashionLabels = { train: '9,0,0,3,0', test: '9,2,1,1,6' } as const

export function isFashion({ halves }: IdxFolder): boolean {
  const { train, test } = halves
  return (
    train?.half?.firstLabels.join() === fashionLabels.train || test?.half?.firstLabels.join() === fashionLabels.test
  )
}
