/** Ink and distances of all images of a set, against the definition and against the nearest-average classifier. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { imageAt, type ImageSet } from '../../../data/image-set.ts'
import { averagesOf } from '../../../native/averages/average-digits.ts'
import { measureImages } from '../../../native/averages/image-measures.ts'
import { NearestAverage } from '../../../native/averages/nearest-average.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'

const sets = fc
  .record({
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    classes: fc.integer({ min: 1, max: 12 }),
  })
  .chain(({ height, width, classes }) =>
    fc
      .array(fc.uint8Array({ minLength: height * width, maxLength: height * width }), {
        minLength: classes,
        maxLength: classes + 8,
      })
      .map((pictures): { set: ImageSet; classes: number } => {
        const images = new Uint8Array(pictures.length * height * width)
        pictures.forEach((picture, index) => images.set(picture, index * height * width))
        const labels = Uint8Array.from(pictures, (_, index) => index % classes)
        return { set: { images, labels, count: pictures.length, height, width }, classes }
      }),
  )

describe('measures of images', () => {
  test('are the mean of the pixels and the root of the mean squared differences', () => {
    fc.assert(
      fc.property(sets, ({ set, classes }) => {
        const averages = averagesOf(
          set,
          Array.from({ length: classes }, (_, label) => label),
        )
        const { ink, distances } = measureImages(set, averages)
        const size = set.height * set.width
        for (let image = 0; image < set.count; image += 1) {
          const pixels = imageAt(set, image)
          expect(ink[image]).toBeCloseTo(pixels.reduce((sum, value) => sum + value, 0) / size, 3)
          for (let label = 0; label < classes; label += 1) {
            let sum = 0
            pixels.forEach((value, pixel) => {
              sum += (value / 255 - averages.means[label * size + pixel]!) ** 2
            })
            expect(distances[image * classes + label]).toBeCloseTo(Math.sqrt(sum / size), 4)
          }
        }
      }),
    )
  })

  test('want averages of the same size', () => {
    const set = { images: new Uint8Array(4), labels: new Uint8Array(1), count: 1, height: 2, width: 2 }
    const averages = { digits: [0], counts: Uint32Array.of(1), means: new Float32Array(9) }
    expect(() => measureImages(set, averages)).toThrow(expect.objectContaining({ code: 'dataset/bad-shape' }))
  })
})

describeWithMnist('on MNIST', () => {
  test('distances are those of the nearest-average classifier', async () => {
    const datasets = new Datasets({ dataDirectory: '/nowhere', searchFolders: [datasetsFolder ?? ''] })
    const averages = averagesOf(await datasets.load('mnist', 'train'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const set = await datasets.load('mnist', 'test')
    const { distances } = measureImages(set, averages)
    const classifier = new NearestAverage(averages, 'rmse')
    let correct = 0
    for (let image = 0; image < set.count; image += 1) {
      const own = distances.subarray(image * 10, image * 10 + 10)
      if (image % 97 === 0) {
        classifier.distances(imageAt(set, image)).forEach((distance, label) => {
          expect(own[label]).toBeCloseTo(distance, 6)
        })
      }
      if (own.indexOf(Math.min(...own)) === set.labels[image]) correct += 1
    }
    // REFERENCE: nearest average by RMSE on all ten digits.
    expect(correct / set.count).toBeCloseTo(0.8203, 4)
  })
})
