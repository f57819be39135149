/**
 * Where the tests find MNIST: in `../shared/data` beside the project. Tests that need it are skipped, with the reason
 * in their name, where it is not there.
 */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

function existing(folder: string, file: string): string | null {
  return existsSync(join(folder, file)) ? folder : null
}

/** Folder of data sets beside the project, fit for `INKLING_DATASETS`, or null. */
export const datasetsFolder: string | null = existing(resolve(projectRoot, '../shared/data'), 'mnist')

const mnistPath = resolve(projectRoot, '../shared/data/mnist')

/** Folder with MNIST's four gz files, or null where this machine has none. */
export const mnistFolder: string | null = existing(mnistPath, 'train-images-idx3-ubyte.gz')

/** Folder with Fashion-MNIST's test half, or null. */
export const fashionFolder: string | null = existing(
  resolve(projectRoot, '../shared/data/fashion-mnist'),
  't10k-images-idx3-ubyte.gz',
)

/** As `describe`, with MNIST's folder; skipped where MNIST is not there. */
export function describeWithMnist(name: string, body: (folder: string) => void): void {
  if (mnistFolder === null) {
    describe.skip(`${name} (skipped: no MNIST in ../shared/data/mnist)`, () => {
      body('')
    })
    return
  }
  const folder = mnistFolder
  describe(name, () => {
    body(folder)
  })
}
