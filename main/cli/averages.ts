/** `averages`: the accuracy of the nearest-average classifier, chapter 4's baseline. */
import { distances } from '../../native/averages/distances.ts'
import { defineCommand } from './command.ts'
import { choice } from './options.ts'
import { dataOption, digitsOption, resolveDigits } from './shared-options.ts'
import { confusionTable, grouped, percent, table } from './table.ts'

export const command = defineCommand({
  description:
    'Averages the training images of each digit, and reads each test image as the digit whose average is nearest.',
  options: {
    data: dataOption,
    digits: digitsOption,
    distance: choice(distances, {
      description: 'Mean absolute difference, or root of the mean squared difference.',
      default: 'l1',
    }),
  },
  examples: ['averages --data mnist --digits 3,7 --distance l1', 'averages --data synthetic --distance rmse --json'],
  async run({ data, digits: chosen, distance }, { datasets, json, print }) {
    const { averagesOf } = await import('../../native/averages/average-digits.ts')
    const { NearestAverage } = await import('../../native/averages/nearest-average.ts')
    const [train, test] = await Promise.all([datasets.load(data, 'train'), datasets.load(data, 'test')])
    const digits = resolveDigits(chosen, train.labels)
    const result = new NearestAverage(averagesOf(train, digits), distance).evaluate(test)
    if (json) {
      const perDigit = Object.fromEntries(digits.map((digit, index) => [String(digit), result.perDigit[index]]))
      const { mean, overall, count } = result
      print(JSON.stringify({ distance, digits, per_digit: perDigit, mean, overall, count }))
      return 0
    }
    const rows = digits.map((digit, index) => [String(digit), percent(result.perDigit[index] ?? 0)])
    const summary = [
      ['mean', percent(result.mean)],
      ['overall', percent(result.overall)],
      ['images', grouped(result.count)],
    ]
    const lines = table([['digit', distance === 'l1' ? 'L1' : 'RMSE'], ...rows, ...summary], ['left', 'right'])
    print([...lines, '', ...confusionTable(digits, result.confusion)].join('\n'))
    return 0
  },
})
