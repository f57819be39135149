/** Formulas: all that the engine has can be set, and what is heard is what is meant. */
import { describe, expect, test } from 'vitest'
import { initializationFormula, lossFormulas, updateFormulas } from '../../native/learn/formulas.ts'
import { writeMicroscopeStep } from '../../native/learn/microscope-step.ts'
import { sevenSteps } from '../../native/learn/seven-steps.ts'
import {
  defaultSpecification,
  initializations,
  layerSizes,
  losses,
  models,
  namesOf,
  optimizers,
  type RunSpecification,
} from '../../native/learn/specification.ts'
import { problemsOf } from '../../native/learn/validate.ts'
import { parseFormula } from '../../renderer/ui/formula/parse.ts'
import { spoken } from '../../renderer/ui/formula/spoken.ts'

const said = (tex: string): string => spoken(parseFormula(tex))

describe('a formula', () => {
  test('is read aloud in words', () => {
    expect(said("w' = w - \\eta g")).toBe('w prime equals w minus eta g')
    expect(said('L = \\frac{1}{n} \\sum_i \\ell_i')).toBe('L equals 1 over n, the sum over i of l sub i')
    expect(said('\\sqrt{\\frac{1}{784} \\sum_i (x_i - m_i)^2}')).toBe(
      'the square root of 1 over 784, the sum over i of x sub i minus m sub i, squared',
    )
    expect(said('\\left| x_i - m_i \\right|')).toBe('the absolute value of x sub i minus m sub i')
    expect(said('\\begin{cases} 1 - p_i & t_i = 1 \\\\ p_i & t_i = 0 \\end{cases}')).toBe(
      '1 minus p sub i where t sub i equals 1, p sub i where t sub i equals 0',
    )
  })

  test('that it does not know is an error that names it', () => {
    expect(() => parseFormula('\\int x')).toThrow('\\int')
    expect(() => parseFormula('\\frac{1}{')).toThrow('\\frac{1}{')
  })

  test('a minus that nothing stands before is a sign, not an operation', () => {
    expect(parseFormula('-t')).toMatchObject({ nodes: [{ sign: 'plain', text: '\u2212' }, { sign: 'letter' }] })
    expect(parseFormula('a -t')).toMatchObject({ nodes: [{}, { sign: 'operator' }, {}] })
  })
})

describe('the formulas of the engine', () => {
  const parsed = (formulas: readonly { readonly tex: string }[]) => {
    for (const { tex } of formulas) expect(said(tex)).not.toMatch(/\\|[{}]/)
  }

  test('of losses, first weights and steps can be set', () => {
    for (const single of [true, false]) {
      for (const loss of namesOf(losses)) {
        const formulas = lossFormulas({ loss }, single)
        parsed([...formulas.loss, ...formulas.slope])
      }
      for (const how of namesOf(initializations)) parsed(initializationFormula(how, single))
    }
    for (const optimizer of namesOf(optimizers)) {
      for (const weightDecay of [0, 0.01]) {
        for (const forgetZeroGrad of [true, false]) parsed(updateFormulas({ optimizer, weightDecay, forgetZeroGrad }))
      }
    }
  })

  test('of the seven steps can be set, for every model', () => {
    const variants: Partial<RunSpecification>[] = namesOf(models).flatMap((model) => [
      { model },
      { model, dropout: model === 'mlp' ? 0.2 : 0, activation: 'sigmoid' as const, hidden: [8, 8] },
      { model, activation: 'tanh' as const },
    ])
    for (const digits of [[3, 7], undefined]) {
      for (const changes of variants) {
        const specification = { ...defaultSpecification(digits), ...changes }
        expect(problemsOf(specification)).toEqual([])
        const sizes = { images: 4, outputs: layerSizes(specification).at(-1) ?? 1, batch: 4 }
        const { noted, outputs } = writeMicroscopeStep(specification, sizes)
        for (const { formulas } of sevenSteps(specification, noted, [...outputs.keys()])) parsed(formulas)
      }
    }
  })
})
