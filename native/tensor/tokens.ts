/** Splits a text into tokens, with Python's rules for lines: brackets join them, indentation opens and closes blocks. */
import { Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'

export type TokenKind = 'number' | 'string' | 'name' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end'

export type Token = Place & {
  readonly kind: TokenKind
  /** As typed; of a string what stands between its quotes. */
  readonly text: string
}

/** Longest first, so that `**` is not read as two `*`. */
const operators = [
  '...', '**=', '//=', '**', '//', '==', '!=', '<=', '>=', '+=', '-=', '*=', '/=', '@=', '%=', '&=', '|=', '->',
  '+', '-', '*', '/', '@', '%', '=', '<', '>', '(', ')', '[', ']', ',', ':', '.', ';', '&', '|', '^', '~',
] as const // prettier-ignore

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' }
const numberPattern = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const namePattern = /[\p{L}_][\p{L}\p{N}_]*/uy

/** Throws `tensor/syntax` for an unclosed string or bracket, bad indentation, and signs that have no meaning here. */
export function tokenize(source: string): Token[] {
  return new Tokenizer(source).run()
}

class Tokenizer {
  readonly #source: string
  readonly #tokens: Token[] = []
  readonly #indents: number[] = [0]
  readonly #open: Token[] = []
  #position = 0

  constructor(source: string) {
    this.#source = source
  }

  run(): Token[] {
    while (this.#position < this.#source.length) {
      this.#indentation()
      this.#line()
    }
    const unclosed = this.#open.at(-1)
    if (unclosed !== undefined) {
      throw new Mistake(
        'tensor/syntax',
        `This ${unclosed.text} is never closed. A ${closing[unclosed.text] ?? ')'} is missing further on.`,
        unclosed,
      )
    }
    if (this.#tokens.length > 0 && this.#tokens.at(-1)?.kind !== 'newline') this.#push('newline', '', 0)
    while (this.#indents.length > 1) {
      this.#indents.pop()
      this.#push('dedent', '', 0)
    }
    this.#push('end', '', 0)
    return this.#tokens
  }

  #push(kind: TokenKind, text: string, length: number): void {
    this.#tokens.push({ kind, text, start: this.#position, end: this.#position + length })
    this.#position += length
  }

  /** At the start of a line: an empty one is skipped, else its indentation opens or closes blocks. */
  #indentation(): void {
    if (this.#open.length > 0) return
    const [spaces = ''] = /^[ \t]*/.exec(this.#source.slice(this.#position, this.#position + 1000)) ?? []
    const next = this.#source[this.#position + spaces.length]
    this.#position += spaces.length
    if (next === undefined || next === '\n' || next === '\r' || next === '#') return
    const width = spaces.replaceAll('\t', '    ').length
    const current = this.#indents.at(-1) ?? 0
    if (width > current) {
      this.#indents.push(width)
      this.#push('indent', '', 0)
      return
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop()
      this.#push('dedent', '', 0)
    }
    if (width !== this.#indents.at(-1)) {
      throw new Mistake(
        'tensor/syntax',
        'This line is indented differently from the lines around it. Lines of one block start in the same column.',
        { start: this.#position - spaces.length, end: this.#position },
      )
    }
  }

  #line(): void {
    while (this.#position < this.#source.length) {
      const character = this.#source[this.#position] ?? ''
      if (character === '\n') {
        const last = this.#tokens.at(-1)?.kind
        const empty = last === undefined || last === 'newline' || last === 'indent' || last === 'dedent'
        if (this.#open.length > 0 || empty) this.#position += 1
        else this.#push('newline', '', 1)
        return
      }
      if (/\s/.test(character)) this.#position += 1
      else if (character === '#') this.#skipComment()
      else if (character === '\\' && this.#source[this.#position + 1] === '\n') this.#position += 2
      else this.#token(character)
    }
  }

  #skipComment(): void {
    const end = this.#source.indexOf('\n', this.#position)
    this.#position = end === -1 ? this.#source.length : end
  }

  #token(character: string): void {
    const number = this.#match(numberPattern)
    if (number !== '') {
      this.#number(number.length)
      return
    }
    const name = this.#match(namePattern)
    if (name !== '') this.#push('name', name, name.length)
    else if (character === "'" || character === '"') this.#string(character)
    else this.#operator(character)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position
    return pattern.exec(this.#source)?.[0] ?? ''
  }

  #number(length: number): void {
    const place = { start: this.#position, end: this.#position + length }
    const next = this.#source[place.end] ?? ''
    if (/[\p{L}_]/u.test(next)) {
      throw new Mistake(
        'tensor/syntax',
        `A name cannot begin with a figure, and there is no sign between ${this.#source.slice(place.start, place.end)} and ${next}. For a product, write *.`,
        { start: place.start, end: place.end + 1 },
      )
    }
    this.#push('number', this.#source.slice(place.start, place.end), length)
  }

  #string(quote: string): void {
    const start = this.#position
    let text = ''
    let at = start + 1
    for (; at < this.#source.length; at += 1) {
      const character = this.#source[at] ?? ''
      if (character === quote) {
        this.#tokens.push({ kind: 'string', text, start, end: at + 1 })
        this.#position = at + 1
        return
      }
      if (character === '\n') break
      if (character === '\\') {
        at += 1
        const escaped = this.#source[at] ?? ''
        text += escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped
      } else text += character
    }
    throw new Mistake('tensor/syntax', `This text is never closed. A ${quote} is missing at its end.`, {
      start,
      end: at,
    })
  }

  #operator(character: string): void {
    const text = operators.find((operator) => this.#source.startsWith(operator, this.#position))
    const place = { start: this.#position, end: this.#position + 1 }
    if (text === undefined) {
      const dictionary = character === '{' || character === '}'
      const sign = String.fromCodePoint(this.#source.codePointAt(this.#position) ?? 0)
      throw new Mistake(
        'tensor/syntax',
        dictionary
          ? 'Dictionaries and sets are not known on the bench. Lists go in [ ].'
          : `The sign ${shownSign(sign)} has no meaning here. Take it out.`,
        { start: place.start, end: place.start + sign.length },
      )
    }
    if (text === '(' || text === '[') this.#open.push({ kind: 'operator', text, ...place })
    if (text === ')' || text === ']') {
      const opened = this.#open.pop()
      if (opened === undefined) {
        throw new Mistake('tensor/syntax', `This ${text} closes nothing. Take it out, or open one before it.`, place)
      }
      if (closing[opened.text] !== text) {
        throw new Mistake(
          'tensor/syntax',
          `This ${text} closes a ${opened.text}. Expected ${closing[opened.text] ?? ''} here, or another bracket before.`,
          place,
        )
      }
    }
    this.#push('operator', text, text.length)
  }
}

/** A sign, or its number in Unicode where there is nothing to be seen of it. */
function shownSign(sign: string): string {
  if (!/[\p{C}\p{Z}]/u.test(sign)) return sign
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which cannot be seen,`
}
