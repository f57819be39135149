import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import {
  labelImages,
  peekIdxHeader,
  readIdxImages,
  readIdxLabels,
  writeIdxImages,
  writeIdxLabels,
  type IdxImages,
} from '../../data/idx.ts'
import { describeWithMnist } from '../mnist.ts'

const imageSets: fc.Arbitrary<IdxImages> = fc
  .record({
    count: fc.integer({ min: 1, max: 6 }),
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
  })
  .chain((shape) => {
    const size = shape.count * shape.height * shape.width
    return fc.uint8Array({ minLength: size, maxLength: size }).map((images) => ({ ...shape, images }))
  })

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('an AppError was expected')
}

/** A file of images with any header. */
function fileOf(magic: number, sizes: readonly number[], contentLength: number): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + contentLength)
  const view = new DataView(bytes.buffer)
  ;[magic, ...sizes].forEach((value, index) => {
    view.setUint32(4 * index, value)
  })
  return bytes
}

describe('reading IDX', () => {
  test('gives back what was written, gzipped or not', async () => {
    await fc.assert(
      fc.asyncProperty(imageSets, fc.boolean(), async (set, zipped) => {
        const bytes = writeIdxImages(set)
        const read = await readIdxImages(zipped ? gzipSync(bytes) : bytes, 'images')
        expect(read).toEqual(set)
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.boolean(), async (labels, zipped) => {
        const bytes = writeIdxLabels(labels)
        expect(await readIdxLabels(zipped ? gzipSync(bytes) : bytes, 'labels')).toEqual(labels)
      }),
    )
  })

  test('answers any change of any bytes with a coded error or a valid set', async () => {
    const changes = fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), { maxLength: 4 })
    const ends = fc.option(fc.nat(), { nil: null })
    await fc.assert(
      fc.asyncProperty(
        imageSets,
        fc.boolean(),
        changes,
        ends,
        fc.uint8Array({ maxLength: 3 }),
        async (set, zipped, list, cut, tail) => {
          const whole = writeIdxImages(set)
          const valid = zipped ? new Uint8Array(gzipSync(whole)) : whole
          const mutated = new Uint8Array([...valid, ...tail]).subarray(
            0,
            cut === null ? undefined : cut % (valid.length + 1),
          )
          for (const { at, value } of list) if (mutated.length > 0) mutated[at % mutated.length] = value
          try {
            const read = await readIdxImages(mutated, 'mutated')
            expect(read.images.length).toBe(read.count * read.height * read.width)
          } catch (error) {
            expect(error).toBeInstanceOf(AppError)
            expect((error as AppError).code).toMatch(
              /^dataset\/(bad-magic|truncated|trailing-bytes|bad-gzip|bad-shape)$/,
            )
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('says after how many images a file ends', async () => {
    const error = await errorOf(readIdxImages(fileOf(0x803, [4, 2, 3], 6 * 2 + 5), 'few.idx'))
    expect(error.code).toBe('dataset/truncated')
    expect(error.message).toBe('few.idx ends after 2 of 4 images: 33 of 40 bytes. Get the file again.')
    const zipped = await errorOf(readIdxImages(gzipSync(fileOf(0x803, [4, 2, 3], 6 * 2 + 5)), 'few.gz'))
    expect(zipped.message).toBe('few.gz ends after 2 of 4 images: 33 of 40 bytes. Get the file again.')
  })

  test('says where a header ends', async () => {
    const error = await errorOf(readIdxLabels(new Uint8Array([0, 0, 8, 1, 0]), 'labels'))
    expect(error.code).toBe('dataset/truncated')
    expect(error.message).toContain('after 5 bytes, within its header of 8 bytes')
    expect((await errorOf(readIdxLabels(new Uint8Array(), 'labels'))).code).toBe('dataset/truncated')
  })

  test('tells swapped images and labels', async () => {
    const error = await errorOf(readIdxImages(writeIdxLabels(new Uint8Array(20)), 'swapped'))
    expect(error.code).toBe('dataset/bad-magic')
    expect(error.message).toContain('2051 (0x00000803, IDX images) but begins with 2049 (0x00000801)')
    expect(error.message).toContain('were images and labels swapped?')
  })

  test('counts the bytes that follow the last image', async () => {
    const error = await errorOf(readIdxImages(fileOf(0x803, [2, 1, 1], 5), 'long'))
    expect(error.code).toBe('dataset/trailing-bytes')
    expect(error.message).toContain('2 images (18 bytes) but goes on for 3 more bytes')
    const zipped = await errorOf(readIdxImages(gzipSync(fileOf(0x803, [2, 1, 1], 5)), 'long.gz'))
    expect(zipped.message).toContain('2 images (18 bytes) but goes on for 3 more bytes')
  })

  test('refuses what follows a gzip file, a missing checksum and damage', async () => {
    const zipped = gzipSync(fileOf(0x803, [2, 4, 4], 32))
    const codes = await Promise.all(
      [Buffer.concat([zipped, Buffer.alloc(9)]), zipped.subarray(0, -8), zipped.subarray(0, -1)].map(
        async (bytes) => (await errorOf(readIdxImages(bytes, 'bad.gz'))).code,
      ),
    )
    expect(codes).toEqual(['dataset/trailing-bytes', 'dataset/bad-gzip', 'dataset/bad-gzip'])
    const damaged = Buffer.from(zipped)
    damaged.writeUInt8((damaged.at(-8) ?? 0) ^ 1, damaged.length - 8)
    const error = await errorOf(readIdxImages(damaged, 'bad.gz'))
    expect(error.code).toBe('dataset/bad-gzip')
    expect(error.message).toContain('incorrect data check')
  })

  test('allocates no memory for sizes that are only claimed', async () => {
    const claimed = fileOf(0x803, [600_000, 28, 28], 784)
    const before = process.memoryUsage().arrayBuffers
    const plain = await errorOf(readIdxImages(claimed, 'claim'))
    const zipped = await errorOf(readIdxImages(gzipSync(claimed), 'claim.gz'))
    expect(plain.message).toContain('ends after 1 of 600,000 images: 800 of 470,400,016 bytes')
    expect(zipped.message).toContain('ends after 1 of 600,000 images: 800 of 470,400,016 bytes')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6)
    for (const sizes of [
      [0xffffffff, 0xffffffff, 0xffffffff],
      [0, 28, 28],
      [1, 0, 28],
    ]) {
      expect((await errorOf(readIdxImages(fileOf(0x803, sizes, 10), 'claim'))).code).toBe('dataset/bad-shape')
    }
  })

  test('stops decompressing a bomb at the size that its header announces', async () => {
    const bomb = gzipSync(fileOf(0x803, [2, 28, 28], 200e6))
    const before = process.memoryUsage().arrayBuffers
    const error = await errorOf(readIdxImages(bomb, 'bomb.gz'))
    expect(error.code).toBe('dataset/trailing-bytes')
    expect(error.message).toContain('goes on for at least')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
  })

  test('reads a gzip file of two members as one', async () => {
    const bytes = writeIdxLabels(new Uint8Array([1, 2, 3, 4]))
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 10)), gzipSync(bytes.subarray(10))])
    expect(await readIdxLabels(members, 'two')).toEqual(new Uint8Array([1, 2, 3, 4]))
  })

  test('needs as many labels as images', () => {
    const images = { images: new Uint8Array(8), count: 2, height: 2, width: 2 }
    expect(() => labelImages(images, new Uint8Array(3), 'images.gz', 'labels.gz')).toThrow(
      'images.gz holds 2 images but labels.gz holds 3 labels',
    )
  })

  test('peeks at the header of a file that was cut', () => {
    const zipped = gzipSync(writeIdxLabels(new Uint8Array(5000).map((_, index) => index * 7)))
    expect(peekIdxHeader(zipped.subarray(0, 200), 'labels', 'cut').count).toBe(5000)
  })
})

describeWithMnist('MNIST from its gz files', (folder) => {
  test('has the counts and first labels of the reference', async () => {
    const labels = await readIdxLabels(await readFile(join(folder, 'train-labels-idx1-ubyte.gz')), 'labels')
    const counts = new Array<number>(10).fill(0)
    for (const label of labels) counts[label]! += 1
    expect([...labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
  })

  test("shows the chapter's slice of training image 10000", async () => {
    const { images } = await readIdxImages(await readFile(join(folder, 'train-images-idx3-ubyte.gz')), 'images')
    const row = images.subarray(10_000 * 784 + 6 * 28 + 4, 10_000 * 784 + 6 * 28 + 10)
    expect([...row]).toEqual([0, 0, 0, 48, 166, 224])
  })

  test('names the images that a truncated file still holds', async () => {
    const bytes = await readFile(join(folder, 't10k-images-idx3-ubyte.gz'))
    const error = await errorOf(readIdxImages(bytes.subarray(0, 1_000_000), 'test images'))
    expect(error.code).toBe('dataset/truncated')
    expect(error.message).toContain('ends after 6,155 of 10,000 images: 4,826,109 of 7,840,016 bytes')
  })
})
