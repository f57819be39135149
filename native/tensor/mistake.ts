/** What a person typed wrong on the tensor bench: an AppError that knows the place in the text it speaks of. */
import { AppError } from '../../data/error.ts'
import type { ErrorPayload } from '../../data/error.ts'

/** A stretch of a text, in characters from its start: `start` included, `end` not. */
export type Place = { readonly start: number; readonly end: number }

export type MistakeCode =
  | 'tensor/syntax'
  | 'tensor/unknown-name'
  | 'tensor/shape-mismatch'
  | 'tensor/out-of-range'
  | 'tensor/wrong-type'
  | 'tensor/wrong-value'
  | 'tensor/no-gradient'
  | 'tensor/too-large'
  | 'tensor/too-slow'

export class Mistake extends AppError {
  /** The text that `place` counts in; null until it is known. */
  source: string | null = null
  place: Place | null

  constructor(code: MistakeCode, message: string, place: Place | null = null) {
    super(code, message)
    this.place = place
  }

  /** Says where it happened, unless a place further in was named already. */
  at(source: string, place: Place): this {
    this.place ??= place
    this.source ??= source
    return this
  }
}

/** Line and column, counted from 1, of a character of a text. */
export function lineAndColumn(text: string, position: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return { line, column: position - before.lastIndexOf('\n') }
}

/** The mistake as it crosses a channel: details hold `line`, `column` (both from 1), `start` and `end` in `source`. */
export function mistakePayload(mistake: Mistake, source: string): ErrorPayload {
  const { code, message, place } = mistake
  if (place === null) return { code, message, details: {} }
  const start = Math.min(place.start, source.length)
  const end = Math.max(start, Math.min(place.end, source.length))
  return { code, message, details: { ...lineAndColumn(source, start), start, end } }
}
