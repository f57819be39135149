import { describe, expect, test } from 'vitest'
import { ascending, classMetrics, meanMetrics } from '../../../native/learn/metrics.ts'

describe('precision, recall and F1', () => {
  // sklearn.metrics.precision_recall_fscore_support(zero_division=0), scikit-learn, of
  // true 0 0 0 0 1 1 1 2 2 2 2 2 3 3 read as 0 0 1 2 1 1 0 2 2 2 0 1 0 1
  const confusion = [
    [2, 1, 1, 0],
    [1, 2, 0, 0],
    [1, 1, 3, 0],
    [1, 1, 0, 0],
  ]

  test("are scikit-learn's numbers, with a class that is never read", () => {
    const classes = classMetrics(confusion, [0, 1, 2, 3])
    expect(classes.map(({ digit, support }) => [digit, support])).toEqual([
      [0, 4],
      [1, 3],
      [2, 5],
      [3, 2],
    ])
    const expected = {
      precision: [0.4, 0.4, 0.75, 0],
      recall: [0.5, 0.6666666666666666, 0.6, 0],
      f1: [0.4444444444444444, 0.5, 0.6666666666666666, 0],
    }
    for (const name of ['precision', 'recall', 'f1'] as const) {
      for (const [index, value] of expected[name].entries()) expect(classes[index]![name]).toBeCloseTo(value, 12)
    }
    const mean = meanMetrics(classes)
    expect(mean.precision).toBeCloseTo(0.3875, 12)
    expect(mean.recall).toBeCloseTo(0.44166666666666665, 12)
    expect(mean.f1).toBeCloseTo(0.4027777777777778, 12)
  })

  test("are scikit-learn's numbers where everything is read as one class", () => {
    const classes = classMetrics(
      [
        [5, 0],
        [4, 0],
      ],
      [3, 7],
    )
    expect(classes[0]).toMatchObject({ digit: 3, recall: 1, support: 5 })
    expect(classes[0]!.precision).toBeCloseTo(0.5555555555555556, 12)
    expect(classes[0]!.f1).toBeCloseTo(0.7142857142857143, 12)
    expect(classes[1]).toEqual({ digit: 7, precision: 0, recall: 0, f1: 0, support: 4 })
  })

  test('of nothing are 0', () => {
    expect(classMetrics([[0]], [5])).toEqual([{ digit: 5, precision: 0, recall: 0, f1: 0, support: 0 }])
    expect(meanMetrics([])).toEqual({ precision: 0, recall: 0, f1: 0 })
  })
})

test('a matrix of the classes 7 and 3 becomes one of 3 and 7', () => {
  expect(
    ascending(
      [
        [70, 2],
        [1, 30],
      ],
      [7, 3],
    ),
  ).toEqual({
    digits: [3, 7],
    confusion: [
      [30, 1],
      [2, 70],
    ],
  })
})
