/** The tokens of a text, taken one after another by the parser. */
import { Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import type { Token, TokenKind } from './tokens.ts'

/** Brackets within brackets, at most: deeper texts are no calculation. */
const DEEPEST = 100

export class TokenStream {
  readonly #tokens: readonly Token[]
  #position = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get next(): Token {
    const token = this.#tokens[Math.min(this.#position, this.#tokens.length - 1)]
    if (token === undefined) throw new Error('a text without an end')
    return token
  }

  get afterNext(): Token | undefined {
    return this.#tokens[this.#position + 1]
  }

  /** End of the token taken last. */
  get end(): number {
    return this.#tokens[this.#position - 1]?.end ?? 0
  }

  take(): Token {
    const token = this.next
    this.#position += 1
    return token
  }

  isAt(kind: TokenKind): boolean {
    return this.next.kind === kind
  }

  /** Whether the next token is this sign or word. */
  sees(text: string): boolean {
    const { kind, text: own } = this.next
    return own === text && (kind === 'operator' || kind === 'name')
  }

  /** Takes the next token if it is this sign or word. */
  takes(text: string): boolean {
    const seen = this.sees(text)
    if (seen) this.#position += 1
    return seen
  }

  expect(text: string, after: string): Token {
    if (this.sees(text)) return this.take()
    throw new Mistake(
      'tensor/syntax',
      `Expected ${text} after ${after}, found ${describeToken(this.next)}.`,
      placeOf(this.next),
    )
  }

  expectName(what: string): Token {
    if (this.next.kind === 'name') return this.take()
    throw new Mistake('tensor/syntax', `Expected ${what}, found ${describeToken(this.next)}.`, placeOf(this.next))
  }

  /** Runs `body` one level further in. Throws `tensor/syntax` where that is too deep. */
  nested<Result>(body: () => Result): Result {
    this.#depth += 1
    if (this.#depth > DEEPEST) {
      throw new Mistake(
        'tensor/syntax',
        `Brackets and blocks can stand within each other ${DEEPEST} levels deep. Give a part of this a name, on a line before.`,
        placeOf(this.next),
      )
    }
    const result = body()
    this.#depth -= 1
    return result
  }
}

export function placeOf({ start, end }: Place): Place {
  return { start, end }
}

export function describeToken({ kind, text }: Token): string {
  switch (kind) {
    case 'newline':
    case 'dedent':
      return 'the end of the line'
    case 'end':
      return 'the end of the text'
    case 'indent':
      return 'an indented line'
    case 'string':
      return `the text '${text}'`
    case 'name':
    case 'number':
    case 'operator':
      return text
  }
}
