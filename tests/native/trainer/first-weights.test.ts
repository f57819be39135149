import { describe, expect, test } from 'vitest'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Datasets } from '../../../data/datasets.ts'
import { averagesOf } from '../../../native/averages/average-digits.ts'
import { NearestAverage } from '../../../native/averages/nearest-average.ts'
import { defaultSpecification } from '../../../native/learn/specification.ts'
import { firstWeights } from '../../../native/trainer/first-weights.ts'
import { StepRunner } from '../../../native/trainer/step-runner.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import type { ImageSet } from '../../../data/image-set.ts'

async function accuracyAtStepZero(digits: readonly number[], train: ImageSet, test_: ImageSet): Promise<number> {
  const spec = { ...defaultSpecification(digits), initialization: 'averages' as const }
  const runner = await StepRunner.create(spec, { train, test: test_ }, firstWeights(spec, train))
  const { accuracy } = await runner.evaluate()
  await runner.close()
  return accuracy
}

describe('the linear model that begins as the nearest average by RMSE has the accuracy of that baseline', () => {
  const train = generateDigits({ count: 2000, seed: 1 })
  const held = generateDigits({ count: 1000, seed: 2 })
  test.each([[[3, 7]], [[7, 3]], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], [[2, 5, 9]]])('for %j', async (digits) => {
    const baseline = new NearestAverage(averagesOf(train, digits), 'rmse').evaluate(held)
    expect(await accuracyAtStepZero(digits, train, held)).toBeCloseTo(baseline.overall, 10)
  })
})

describeWithMnist('on MNIST', () => {
  const datasets = new Datasets({
    dataDirectory: mkdtempSync(join(tmpdir(), 'inkling-test-')),
    searchFolders: datasetsFolder === null ? [] : [datasetsFolder],
  })

  test('ten digits begin at .8203, and threes against sevens at the mean .9661 of the two accuracies', async () => {
    const [train, held] = [await datasets.load('mnist', 'train'), await datasets.load('mnist', 'test')]
    expect(await accuracyAtStepZero([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], train, held)).toBeCloseTo(0.8203, 4)
    // .9584 of 1,010 threes and .9737 of 1,028 sevens.
    expect(await accuracyAtStepZero([3, 7], train, held)).toBeCloseTo((968 + 1001) / 2038, 6)
  })
})
