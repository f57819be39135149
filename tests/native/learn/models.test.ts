import { describe, expect, test } from 'vitest'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import {
  countParameters,
  defaultSpecification,
  models,
  namesOf,
  type RunSpecification,
} from '../../../native/learn/specification.ts'
import { problemsOf } from '../../../native/learn/validate.ts'

const ten: RunSpecification = { ...defaultSpecification(), hidden: [128, 64] }
const two: RunSpecification = { ...defaultSpecification([3, 7]), hidden: [20] }

describe('the number of parameters that a form shows is the number that a model has', () => {
  for (const model of namesOf(models)) {
    test.each([ten, two])(`${model} with $loss`, (base) => {
      const spec = { ...base, model }
      const sizes = buildModel(spec).parameters.map(({ shape }) => shape.reduce((product, size) => product * size, 1))
      expect(countParameters(spec)).toBe(sizes.reduce((total, size) => total + size, 0))
    })
  }
})

test("the book's numbers: 785 for linear 784-1, 23,581 for simple_net", () => {
  expect(countParameters({ ...two, model: 'linear' })).toBe(785)
  expect(countParameters({ ...two, model: 'simple_net' })).toBe(23_581)
})

test('normalizations begin as ones that change nothing, even where all weights begin as zeros', () => {
  const { parameters } = buildModel({ ...ten, model: 'resnet' })
  const numbers = initialize(parameters, 'zeros', 1)
  for (const { name, role } of parameters) {
    expect(new Set(numbers.get(name))).toEqual(new Set([role === 'gain' ? 1 : 0]))
  }
  expect(parameters.filter(({ role }) => role === 'gain').length).toBe(6)
})

test('average digits are first weights of the linear model alone', () => {
  const problems = problemsOf({ ...ten, model: 'mlp', initialization: 'averages' })
  expect(problems.map(({ field }) => field)).toEqual(['initialization'])
  expect(problemsOf({ ...ten, model: 'linear', initialization: 'averages' })).toEqual([])
})
