import { afterAll, beforeAll, expect, test } from 'vitest'
import { linesOf, Workplace } from './run-cli.ts'

let place: Workplace

beforeAll(async () => {
  place = await Workplace.create()
})

afterAll(async () => {
  await place.remove()
})

test('find-rate suggests a rate that trains better than ones far from it', async () => {
  const learner = ['--data', place.digits, '--model', 'simple_net', '--batch', '50', '--seed', '3']
  const found = await place.run(['find-rate', ...learner, '--json'])
  expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 0, stderr: '' })
  const [answer] = linesOf(found.stdout)
  expect(Object.keys(answer ?? {})).toEqual([
    'outcome',
    'suggestion',
    'suggestions',
    'rates',
    'losses',
    'smoothed_losses',
  ])
  const { suggestion, rates, losses } = answer as { suggestion: number; rates: number[]; losses: number[] }
  expect(rates[0]).toBe(0.000001)
  expect(losses).toHaveLength(rates.length)
  const lossAfter = async (rate: number): Promise<number> => {
    const { stdout } = await place.run(['train', ...learner, '--lr', String(rate), '--epochs', '3', '--json'])
    return Number(linesOf(stdout)[2]?.['train_loss'] ?? Infinity)
  }
  const own = await lossAfter(suggestion)
  expect(own).toBeLessThan(await lossAfter(suggestion / 30))
  expect(own).toBeLessThan(await lossAfter(suggestion * 100))
})

test('find-rate shows a person the curve and the suggestion', async () => {
  const { code, stdout } = await place.run([
    'find-rate',
    '--data',
    place.digits,
    '--steps',
    '40',
    '--from',
    '.001',
    '--to',
    '1',
  ])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ +rate +loss +smoothed\n +0\.001 /)
  expect(stdout).toMatch(/\nSuggestion: 0\.\d+\nBy fastai's rules: valley /)
})

test('find-rate refuses a range that ends before it begins, and what does not fit', async () => {
  const wrong = await place.run(['find-rate', '--data', place.digits, '--from', '1', '--to', '.1'])
  expect([wrong.code, wrong.stdout]).toEqual([2, ''])
  expect(wrong.stderr).toMatch(/^usage\/bad-value: --from should be below --to/)
  // The highest rate that is tried is 10 unless told.
  const above = await place.run(['find-rate', '--data', place.digits, '--from', '20'])
  expect(above.stderr).toMatch(/^usage\/bad-value: --from should be below --to, but is 20 where that is 10\./)
  const hidden = await place.run(['find-rate', '--data', place.digits, '--hidden', '30'])
  expect(hidden.stderr).toContain('See "inkling find-rate --help".')
})
