/** The Draw page's sentence, as text. */
import { describe, expect, test } from 'vitest'
import type { ModelInfo, Prediction } from '../../main/contract/types.ts'
import { composeAnswer, mostAccurate, nameInSentence, type Column } from '../../renderer/pages/draw/answer.ts'

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

function model(id: string, title: string, accuracy: number | null, known: readonly number[] = digits): ModelInfo {
  const kind = id.startsWith('average') ? 'average' : 'trained'
  return { id, title, kind, digits: known, accuracy, dataset: 'mnist' }
}

const l1 = model('average-l1', 'Nearest average, L1', 0.6685)
const rmse = model('average-rmse', 'Nearest average, RMSE', 0.8203)
const leNet = model('starter', 'LeNet', 0.9844)
const small = model('starter-small', 'Small net', 0.966)
const run = model('run-12', 'Linear, 3 and 7, learning rate 1', 0.98, [3, 7])

/** The columns of models that answer these digits; null has not answered. */
function columns(...answers: readonly (readonly [ModelInfo, number | null])[]): Column[] {
  return answers.map(([info, digit]) => {
    const prediction: Prediction | null =
      digit === null
        ? null
        : { model: info.id, kind: info.kind, digits: info.digits, values: info.digits.map(() => 0), digit }
    return { model: info, prediction }
  })
}

function sentence(list: readonly Column[]): string {
  return composeAnswer(list)
    .map(({ text, kind }) => (kind === 'marked' ? `[${text}]` : kind === 'answer' ? `*${text}*` : text))
    .join('')
}

describe('the answer of the Draw page', () => {
  test('invites to draw while nothing was answered', () => {
    expect(sentence(columns([l1, null], [rmse, null], [leNet, null]))).toBe(
      'Nobody yet: draw one, and three models answer while you draw.',
    )
  })

  test('says when all models agree', () => {
    expect(sentence(columns([l1, 7], [rmse, 7], [leNet, 7]))).toBe('All three models read a *7*.')
    expect(sentence(columns([l1, 8], [leNet, 8]))).toBe('Both models read an *8*.')
  })

  test('counts who agrees with the most accurate model, and marks the others', () => {
    expect(sentence(columns([l1, 1], [rmse, 1], [small, 9], [leNet, 7], [run, 7]))).toBe(
      'Two of five models read a *7*. Both averages see a [1], the small net a [9].',
    )
  })

  test('names single averages and runs', () => {
    expect(sentence(columns([l1, 1], [rmse, 7], [leNet, 7], [run, 3]))).toBe(
      'Two of four models read a *7*. The L1 average sees a [1], run 12 a [3].',
    )
  })

  test('says it when the most accurate model stands alone', () => {
    expect(sentence(columns([l1, 1], [rmse, 1], [leNet, 8]))).toBe(
      'Only the LeNet reads an *8*. Both averages see a [1].',
    )
  })

  test('a model that knows two digits alone does not decide, however accurate it is', () => {
    expect(mostAccurate(columns([run, 3], [small, 8]))?.model.id).toBe('starter-small')
  })
})

test('names within a sentence', () => {
  expect([l1, rmse, leNet, small, run].map(nameInSentence)).toEqual([
    'the L1 average',
    'the RMSE average',
    'the LeNet',
    'the small net',
    'run 12',
  ])
})
