import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { patientSession, result, results } from './evaluate.ts'

type Reference = {
  readonly values: readonly { readonly expression: string; readonly text: string }[]
  readonly gradients: readonly {
    readonly expression: string
    readonly at: readonly number[]
    readonly value: number
    readonly gradient: readonly number[]
  }[]
}
/** Made by tests/fixtures/make_pytorch_tensor_bench.py. */
const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/pytorch-tensor-bench.json', import.meta.url), 'utf8'),
) as Reference

describe('against PyTorch', () => {
  test.each(reference.values)('$expression prints what PyTorch prints', ({ expression, text }) => {
    expect(result(expression)).toBe(text)
  })

  test.each(reference.gradients)(
    "the gradient of ($expression).sum() at $at is PyTorch's",
    ({ expression, at, value, gradient }) => {
      const session = patientSession()
      const [loss = '', slopes = ''] = results(
        session,
        `x = tensor([${at.join(', ')}]).float().requires_grad_()\ny = (${expression}).sum()\ny.backward()\ny.item()\nx.grad.tolist()`,
      )
      expect(Math.abs(Number(loss) - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)))
      const numbers = JSON.parse(slopes) as number[]
      expect(numbers).toHaveLength(gradient.length)
      for (const [index, number] of numbers.entries()) {
        const expected = gradient[index]!
        expect(Math.abs(number - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)))
      }
    },
  )
})
