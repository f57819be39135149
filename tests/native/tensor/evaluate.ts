/** What a text on the bench gives, as the tests ask for it. */
import { expect } from 'vitest'
import { defaultLimits } from '../../../native/tensor/limits.ts'
import { TensorSession } from '../../../native/tensor/session.ts'
import type { Evaluation } from '../../../native/tensor/session.ts'

/** A session whose texts have all the time that they need: how long that is depends on the machine. */
export function patientSession(): TensorSession {
  return new TensorSession({ ...defaultLimits, milliseconds: 120_000 })
}

/** The texts of the results, as PyTorch and Python print them. Fails on a mistake. */
export function results(session: TensorSession, source: string): string[] {
  const evaluation = session.evaluate(source)
  expect(evaluation.problem, evaluation.problem?.message).toBeNull()
  return textsOf(evaluation)
}

export function textsOf({ outputs }: Evaluation): string[] {
  return outputs.map((output) =>
    output.kind === 'value' ? output.value.text : output.kind === 'printed' ? output.text : 'picture',
  )
}

/** The last result of a text in a session of its own. */
export function result(source: string): string {
  return results(patientSession(), source).at(-1) ?? ''
}

/** The mistake of a text in a session of its own: its code, its message, and the characters that it marks. */
export function mistake(
  source: string,
  session = patientSession(),
): { readonly code: string; readonly message: string; readonly marked: string; readonly line: unknown } {
  const { problem } = session.evaluate(source)
  if (problem === null) throw new Error(`no mistake in: ${source}`)
  const { start, end, line } = problem.details
  const marked = source.slice(Number(start), Number(end))
  return { code: problem.code, message: problem.message, marked, line }
}
