/** How often units fire, against weights made so that the answer can be counted in the pixels. */
import { describe, expect, test } from 'vitest'
import { PIXELS, type ImageSet } from '../../../data/image-set.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { defaultSpecification, models, namesOf, type RunSpecification } from '../../../native/learn/specification.ts'
import { ActivationReader } from '../../../native/trainer/activations.ts'
import { FiringMeter, type Firing } from '../../../native/trainer/firing.ts'
import { pictureLayers } from '../../../native/trainer/first-layer.ts'

const digits = generateDigits({ count: 120, seed: 4 })

const specification = (change: Partial<RunSpecification>): RunSpecification => ({
  ...defaultSpecification(),
  ...change,
})

/** All parameters 0 but for what `set` writes. */
async function firingOf(
  change: Partial<RunSpecification>,
  set: (numbersOf: (name: string) => Float32Array) => void,
  images: ImageSet = digits,
): Promise<Firing> {
  const spec = specification(change)
  const weights = initialize(buildModel(spec).parameters, 'zeros', 1)
  set((name) => weights.get(name)!)
  const meter = await FiringMeter.create(spec, images)
  const firing = await meter!.measure(weights)
  await meter!.close()
  return firing
}

/** The share of the first `count` images for which it is so. */
function shareOf(count: number, is: (pixels: Uint8Array) => boolean): number {
  let found = 0
  for (let image = 0; image < count; image += 1) {
    if (is(digits.images.subarray(image * PIXELS, (image + 1) * PIXELS))) found += 1
  }
  return found / count
}

describe('a unit of a fully connected layer', () => {
  const middle = 14 * 28 + 14

  test('with ReLU fires on the images for which its sum is above 0', async () => {
    const firing = await firingOf({ model: 'mlp', hidden: [4, 3] }, (numbersOf) => {
      numbersOf('layer1.weight')[middle * 4] = 1
      // Half ink: 127.5.
      numbersOf('layer1.weight')[middle * 4 + 1] = 1
      numbersOf('layer1.bias').set([0, -0.5, 1, 0])
    })
    expect(firing).toMatchObject({ function: 'relu', images: 120, second: null })
    expect([...firing.first]).toEqual(
      [shareOf(120, (pixels) => pixels[middle]! > 0), shareOf(120, (pixels) => pixels[middle]! > 127), 1, 0].map(
        Math.fround,
      ),
    )
  })

  test.each([
    // Within .99 of the range: |2 s - 1| at 5 is .9866, at 6 .9951; tanh at 2 is .9640, at 3 .9951.
    ['sigmoid', [5, 6, -5, -6]],
    ['tanh', [2, 3, -2, -3]],
  ] as const)('with %s counts where it is not saturated', async (activation, biases) => {
    const firing = await firingOf({ model: 'mlp', hidden: [4], activation }, (numbersOf) => {
      numbersOf('layer1.bias').set(biases)
    })
    expect(firing.function).toBe(activation)
    expect([...firing.first]).toEqual([1, 0, 1, 0])
  })

  test('is measured on images of the digits that the run knows, taken evenly', async () => {
    const labels = Uint8Array.from({ length: 3000 }, (_, image) => (image < 2000 ? 3 : image < 2500 ? 7 : 1))
    const images = new Uint8Array(3000 * PIXELS)
    for (let image = 2000; image < 3000; image += 1) images.fill(255, image * PIXELS, (image + 1) * PIXELS)
    const set: ImageSet = { images, labels, count: 3000, height: 28, width: 28 }
    const two = { model: 'mlp', hidden: [2], digits: [3, 7] } as const
    const ink = (numbersOf: (name: string) => Float32Array) => numbersOf('layer1.weight').fill(1)
    const firing = await firingOf(two, ink, set)
    expect(firing.images).toBe(1000)
    expect([...firing.first]).toEqual([Math.fround(0.2), Math.fround(0.2)])
    // A wide layer is looked at on fewer.
    expect((await firingOf({ ...two, hidden: [512] }, ink, set)).images).toBe(100)
    expect((await firingOf({ ...two, hidden: [128] }, ink, set)).images).toBe(200)
  })
})

test('a kernel fires at a share of all places', async () => {
  const center = 12
  const firing = await firingOf({ model: 'lenet' }, (numbersOf) => {
    numbersOf('conv1.weight')[center] = 1
    numbersOf('conv1.bias').set([-0.5, 1])
    // The second convolution's kernel 3 looks at the pooled picture of kernel 1.
    numbersOf('conv2.weight')[2 * 8 * 25 + center] = 1
  })
  let [places, blocks] = [0, 0]
  for (let image = 0; image < 100; image += 1) {
    const picked = Math.floor((image * 120) / 100)
    const pixels = digits.images.subarray(picked * PIXELS, (picked + 1) * PIXELS)
    for (let y = 0; y < 28; y += 1) for (let x = 0; x < 28; x += 1) if (pixels[y * 28 + x]! > 127) places += 1
    for (let y = 0; y < 28; y += 2) {
      for (let x = 0; x < 28; x += 2) {
        const at = y * 28 + x
        if ([at, at + 1, at + 28, at + 29].some((each) => pixels[each]! > 127)) blocks += 1
      }
    }
  }
  expect(firing.images).toBe(100)
  expect(firing.first[0]).toBeCloseTo(places / (100 * 784), 6)
  expect([...firing.first.subarray(1)]).toEqual([1, 0, 0, 0, 0, 0, 0])
  expect(firing.second).toHaveLength(16)
  expect(firing.second![2]).toBeCloseTo(blocks / (100 * 196), 6)
  expect(firing.second!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(firing.second![2]!, 6)
})

test.each(namesOf(models))('of %s there is a share for each picture, as its layer reports it', async (model) => {
  const spec = specification({ model, hidden: [20, 5] })
  const weights = initialize(buildModel(spec).parameters, 'linear', 7)
  const pictures = pictureLayers(spec, (name) => weights.get(name))!
  const meter = await FiringMeter.create(spec, digits)
  if (model === 'linear') {
    expect(meter).toBeNull()
    return
  }
  const firing = await meter!.measure(weights)
  await meter!.close()
  expect(firing.first).toHaveLength(pictures.count)
  expect(firing.second?.length ?? 0).toBe(pictures.second?.count ?? 0)

  const reader = await ActivationReader.create(spec)
  const [name = ''] = reader.layers
  const rows = Array.from({ length: firing.images }, (_, row) => Math.floor((row * 120) / firing.images))
  const images = new Uint8Array(firing.images * PIXELS)
  rows.forEach((image, row) => {
    images.set(digits.images.subarray(image * PIXELS, (image + 1) * PIXELS), row * PIXELS)
  })
  const numbers = (await reader.read(weights, images, firing.images, [name])).get(name)!
  const places = numbers.shape.slice(2).reduce((product, size) => product * size, 1)
  const above = new Float32Array(pictures.count)
  numbers.data.forEach((value, at) => {
    if (value > 0) above[Math.floor(at / places) % pictures.count]! += 1
  })
  above.forEach((count, unit) => expect(firing.first[unit]).toBeCloseTo(count / (firing.images * places), 6))
  await reader.close()
})
