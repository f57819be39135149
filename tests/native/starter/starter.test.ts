/** The shipped models: what they read of MNIST, which they have never seen, and what is told of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readHalf, inspectIdxFolder } from '../../../data/idx-folder.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { syntheticHalves } from '../../../data/synthetic-store.ts'
import { root } from '../../../main/scripts/root.ts'
import { Classifier } from '../../../native/runtime/classifier.ts'
import { describeWithMnist } from '../../mnist.ts'

const folder = join(root, 'native', 'starter')
const bytesOf = (name: string): Uint8Array => readFileSync(join(folder, `${name}.onnx`))

describeWithMnist("of MNIST's test images", (mnist) => {
  test.each([
    ['starter', 0.984],
    ['starter-small', 0.975],
  ])('%s reads at least %d', async (name, least) => {
    const half = (await inspectIdxFolder(mnist))?.halves.test?.half
    if (half === undefined || half === null) throw new Error('MNIST has no test half')
    const classifier = await Classifier.load(bytesOf(name))
    const { accuracy } = await classifier.evaluate(await readHalf(half))
    await classifier.close()
    expect(accuracy).toBeGreaterThanOrEqual(least)
  })
})

describe('the shipped models', () => {
  test('are small enough to come with the program: under 500,000 bytes together', () => {
    expect(bytesOf('starter').length + bytesOf('starter-small').length).toBeLessThan(500_000)
  })

  test('have the accuracies that are told of them, on the test digits of the present simulated hand', async () => {
    const told = JSON.parse(readFileSync(join(folder, 'accuracies.json'), 'utf8')) as Record<string, number>
    const digits = generateDigits(syntheticHalves.test)
    expect(Object.keys(told)).toEqual(['starter', 'starter-small'])
    for (const [name, accuracy] of Object.entries(told)) {
      const classifier = await Classifier.load(bytesOf(name))
      expect((await classifier.evaluate(digits)).accuracy).toBeCloseTo(accuracy, 9)
      await classifier.close()
    }
  })
})
