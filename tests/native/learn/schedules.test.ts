import { describe, expect, test } from 'vitest'
import { constant, input, writeModel } from '../../../native/graph/index.ts'
import { dropoutFactor, dropoutOf } from '../../../native/learn/dropout.ts'
import { scheduleFunctions } from '../../../native/learn/schedules.ts'
import { Session, tensorOf } from '../../../native/runtime/session.ts'

describe('schedules', () => {
  test('one-cycle starts at a 25th, peaks after a quarter and ends at almost nothing, as fit_one_cycle does', () => {
    const oneCycle = scheduleFunctions['one-cycle']
    expect(oneCycle(0)).toBeCloseTo(1 / 25, 12)
    expect(oneCycle(0.125)).toBeCloseTo((1 / 25 + 1) / 2, 12)
    expect(oneCycle(0.25)).toBeCloseTo(1, 12)
    expect(oneCycle(0.625)).toBeCloseTo((1 + 1e-5) / 2, 12)
    expect(oneCycle(1)).toBeCloseTo(1e-5, 12)
  })

  test('step falls by ten after half of the run and again after three quarters', () => {
    expect([0, 0.49, 0.5, 0.74, 0.75, 1].map(scheduleFunctions.step)).toEqual([1, 1, 0.1, 0.1, 0.01, 0.01])
  })
})

describe('dropout', () => {
  const share = 0.3
  const factor = input('factor', [])
  const ones = constant(new Array<number>(20_000).fill(1), { shape: [100, 200] })

  async function masks(seed: number, steps: number[]): Promise<Float32Array[]> {
    const left = dropoutOf(share, seed, factor)(ones, 1)
    const session = await Session.create(writeModel({ name: 'dropout', inputs: [factor], outputs: { left } }))
    const answers: Float32Array[] = []
    for (const step of steps) {
      const { left: tensor } = await session.run({ factor: tensorOf(Float32Array.of(dropoutFactor(seed, step)), []) })
      answers.push(tensor!.data as Float32Array)
    }
    await session.close()
    return answers
  }
  const shareLeftOut = (mask: Float32Array) => mask.filter((value) => value === 0).length / mask.length

  test('leaves out its share, anew at each step, and keeps the expected sum', async () => {
    const [first, second, again] = await masks(5, [1, 2, 1])
    for (const mask of [first!, second!]) {
      expect(Math.abs(shareLeftOut(mask) - share)).toBeLessThan(0.02)
      expect(Math.abs(mask.reduce((a, b) => a + b, 0) / mask.length - 1)).toBeLessThan(0.03)
    }
    // Two steps agree on a unit as often as independent draws do: both out .09, both in .49.
    const both = first!.filter((value, i) => value === 0 && second![i] === 0).length / first!.length
    expect(Math.abs(both - share * share)).toBeLessThan(0.02)
    expect(again).toEqual(first)
  })

  test('draws neighbors independently', async () => {
    const [mask] = await masks(9, [3])
    const pairs = mask!.slice(1).filter((value, i) => value === 0 && mask![i] === 0).length / mask!.length
    expect(Math.abs(pairs - share * share)).toBeLessThan(0.02)
  })
})
