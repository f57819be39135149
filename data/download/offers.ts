/**
 * The data sets that can be downloaded: their files with size and SHA-256, under which license, and the public mirrors that
 * offer them. To add one: an entry here, and its definition in data/dataset-definitions.ts.
 */
import type { Environment } from '../data-directory.ts'
import { AppError } from '../error.ts'

export type OfferedFile = {
  /** The standard name, under which mirrors offer it and Inkling keeps it. */
  readonly name: string
  readonly bytes: number
  /** In hexadecimal; the same whichever mirror the file comes from. */
  readonly sha256: string
}

export type Offer = {
  /** Name of the data set: `mnist`. */
  readonly dataset: string
  readonly title: string
  /** Its folder in the data directory, as data/dataset-definitions.ts has it. */
  readonly folder: string
  readonly files: readonly OfferedFile[]
  /** Short name of the license under which the set is offered. */
  readonly license: string
  /** Whom to credit. */
  readonly authors: string
  /** Address of the set's own page. */
  readonly home: string
  /** Addresses of folders that hold the files, each ending with a slash, in the order in which they are tried. */
  readonly mirrors: readonly string[]
}

export const offers: readonly Offer[] = [
  {
    dataset: 'mnist',
    title: 'MNIST',
    folder: 'mnist',
    license: 'CC BY-SA 3.0',
    authors: 'Yann LeCun, Corinna Cortes and Christopher J. C. Burges',
    home: 'https://yann.lecun.org/exdb/mnist/',
    mirrors: [
      // PyTorch's own: torchvision.datasets.MNIST.mirrors.
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      // The Common Visual Data Foundation's, which TensorFlow Datasets uses.
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
      // MXNet's: gluon.data.vision.MNIST.
      'https://apache-mxnet.s3.amazonaws.com/gluon/dataset/mnist/',
    ],
    files: [
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 4_542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 28_881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 1_648_877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 9_912_422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
    ],
  },
  {
    dataset: 'fashion_mnist',
    title: 'Fashion-MNIST',
    folder: 'fashion-mnist',
    license: 'MIT',
    authors: 'Zalando SE',
    home: 'https://github.com/zalandoresearch/fashion-mnist',
    mirrors: [
      // The set's own repository.
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
      // Its authors' bucket; the address in their README is the same bucket without encryption.
      'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
      // Keras': keras.datasets.fashion_mnist.
      'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    ],
    files: [
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 5_148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 29_515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 4_422_102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 26_421_880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
    ],
  },
]

/** Bytes of all files together. */
export function sizeOf({ files }: Pick<Offer, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** @throws download/not-offered */
export function findOffer(dataset: string, from: readonly Offer[] = offers): Offer {
  const offer = from.find((candidate) => candidate.dataset === dataset)
  if (offer !== undefined) return offer
  const names = from.map((known) => known.dataset).join(' and ')
  throw new AppError('download/not-offered', `${dataset} cannot be downloaded. Inkling can download ${names}.`, {
    details: { dataset },
  })
}

/**
 * The mirrors to ask: those of the offer, or the folders named in `INKLING_MIRRORS`, separated by spaces, each of which
 * holds the offer's folder (`https://files.example.org/sets/` has `mnist/train-images-idx3-ubyte.gz`).
 * @throws download/bad-address
 */
export function resolveMirrors(offer: Pick<Offer, 'folder' | 'mirrors'>, env: Environment = process.env): string[] {
  const own = (env['INKLING_MIRRORS'] ?? '').split(/\s+/).filter((address) => address !== '')
  if (own.length === 0) return [...offer.mirrors]
  return own.map((address) => {
    const base = URL.parse(address.endsWith('/') ? address : `${address}/`)
    if (base !== null && isWebAddress(base)) return new URL(`${offer.folder}/`, base).href
    throw new AppError(
      'download/bad-address',
      `INKLING_MIRRORS names "${address}", which is no web address. Expected are addresses that begin with https:// or http://, separated by spaces. Correct it, or leave it empty for the public mirrors.`,
      { details: { address } },
    )
  })
}

export function isWebAddress({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}
