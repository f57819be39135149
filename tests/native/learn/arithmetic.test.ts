import { expect, test } from 'vitest'
import { trainingOperations } from '../../../native/learn/arithmetic.ts'
import { defaultSpecification } from '../../../native/learn/specification.ts'

const ten = defaultSpecification()

test('a linear layer of a x b takes 2 a b forward, as many for its weights, and none for the pixels', () => {
  expect(trainingOperations({ ...ten, model: 'linear' })).toBe(2 * 2 * 784 * 10)
})

test('a later layer takes as many again for what goes into it', () => {
  expect(trainingOperations({ ...ten, model: 'mlp', hidden: [128] })).toBe(4 * 784 * 128 + 6 * 128 * 10)
})

test("a convolution counts each place of its kernels: LeNet's 5 x 5 at 28 x 28 and at 14 x 14", () => {
  const first = 4 * (28 * 28 * 8) * 25
  const second = 6 * (14 * 14 * 16) * (25 * 8)
  expect(trainingOperations({ ...ten, model: 'lenet' })).toBe(first + second + 6 * 784 * 10)
})
