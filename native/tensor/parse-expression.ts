/** Expressions, from the weakest tie to the strongest, as Python has them: lambda, if-else, or, and, not, comparison, |, ^, &, + -, * / // % @, sign, **, dot and brackets. */
import { Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import type { Argument, BinaryOperator, Clause, Comparison, Expression, Parameter } from './syntax.ts'
import { describeToken, placeOf } from './token-stream.ts'
import type { TokenStream } from './token-stream.ts'

/** Words that cannot be names. */
const reserved = new Set([
  'and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif', 'for', 'while', 'def', 'return', 'lambda', 'pass', 'break',
  'continue', 'import', 'from', 'with', 'as', 'class', 'try', 'except', 'finally', 'raise', 'global', 'nonlocal', 'del',
  'assert', 'yield', 'async', 'await',
]) // prettier-ignore

const constants = new Map<string, boolean | null>([
  ['True', true],
  ['False', false],
  ['None', null],
])

/** Operators of two sides, weakest first; those of one level are taken from left to right. */
const levels: readonly (readonly BinaryOperator[])[] = [['|'], ['^'], ['&'], ['+', '-'], ['*', '/', '//', '%', '@']]

/** One expression, or several with commas between them: a tuple. */
export function parseExpressions(stream: TokenStream): Expression {
  const first = parseExpression(stream)
  if (!stream.sees(',')) return first
  const items = [first]
  while (stream.takes(',')) {
    if (!startsExpression(stream)) break
    items.push(parseExpression(stream))
  }
  return { kind: 'tuple', items, start: first.start, end: stream.end }
}

export function parseExpression(stream: TokenStream): Expression {
  return stream.nested(() => {
    if (stream.sees('lambda')) return parseLambda(stream)
    const value = parseLogic(stream, 'or')
    if (!stream.takes('if')) return value
    const test = parseLogic(stream, 'or')
    stream.expect('else', 'the condition')
    const otherwise = parseExpression(stream)
    return { kind: 'conditional', test, yes: value, otherwise, start: value.start, end: otherwise.end }
  })
}

export function parseParameters(stream: TokenStream, closing: ')' | ':'): Parameter[] {
  const parameters: Parameter[] = []
  while (!stream.sees(closing)) {
    const { text: name } = stream.expectName('the name of a parameter')
    const fallback = stream.takes('=') ? parseExpression(stream) : null
    parameters.push({ name, fallback })
    if (!stream.takes(',')) break
  }
  stream.expect(closing, 'the parameters')
  return parameters
}

function parseLambda(stream: TokenStream): Expression {
  const { start } = stream.take()
  const parameters = parseParameters(stream, ':')
  const body = parseExpression(stream)
  return { kind: 'lambda', parameters, body, start, end: body.end }
}

function parseLogic(stream: TokenStream, operator: 'or' | 'and'): Expression {
  const side = (): Expression => (operator === 'or' ? parseLogic(stream, 'and') : parseNot(stream))
  let left = side()
  while (stream.takes(operator)) {
    const right = side()
    left = { kind: 'logic', operator, left, right, start: left.start, end: right.end }
  }
  return left
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.sees('not')) return parseComparison(stream)
  const { start } = stream.take()
  const operand = stream.nested(() => parseNot(stream))
  return { kind: 'unary', operator: 'not', operand, start, end: operand.end }
}

function parseComparison(stream: TokenStream): Expression {
  const first = parseLevel(stream, 0)
  const rest: { operator: Comparison; right: Expression; sign: Place }[] = []
  for (;;) {
    const sign = placeOf(stream.next)
    const operator = takeComparison(stream)
    if (operator === null) break
    rest.push({ operator, right: parseLevel(stream, 0), sign })
  }
  if (rest.length === 0) return first
  return { kind: 'compare', first, rest, start: first.start, end: stream.end }
}

function takeComparison(stream: TokenStream): Comparison | null {
  for (const operator of ['==', '!=', '<=', '>=', '<', '>'] as const) if (stream.takes(operator)) return operator
  if (stream.takes('in')) return 'in'
  if (stream.takes('is')) return stream.takes('not') ? 'is not' : 'is'
  if (stream.sees('not') && stream.afterNext?.text === 'in') {
    stream.take()
    stream.take()
    return 'not in'
  }
  return null
}

function parseLevel(stream: TokenStream, level: number): Expression {
  const operators = levels[level]
  if (operators === undefined) return parseSign(stream)
  let left = parseLevel(stream, level + 1)
  for (;;) {
    const operator = operators.find((candidate) => stream.sees(candidate))
    if (operator === undefined) return left
    const sign = placeOf(stream.take())
    const right = parseLevel(stream, level + 1)
    left = { kind: 'binary', operator, left, right, sign, start: left.start, end: right.end }
  }
}

/** A sign binds less than a power: -x**2 is -(x**2). */
function parseSign(stream: TokenStream): Expression {
  const operator = (['+', '-', '~'] as const).find((candidate) => stream.sees(candidate))
  if (operator === undefined) return parsePower(stream)
  const { start } = stream.take()
  const operand = stream.nested(() => parseSign(stream))
  return { kind: 'unary', operator, operand, start, end: operand.end }
}

function parsePower(stream: TokenStream): Expression {
  const left = parseTrailers(stream)
  if (!stream.sees('**')) return left
  const sign = placeOf(stream.take())
  const right = stream.nested(() => parseSign(stream))
  return { kind: 'binary', operator: '**', left, right, sign, start: left.start, end: right.end }
}

/** What follows a value: `.name`, `(...)`, `[...]`. */
function parseTrailers(stream: TokenStream): Expression {
  let object = parseAtom(stream)
  for (;;) {
    const { start } = object
    if (stream.takes('.')) {
      const name = stream.expectName('the name of an attribute after the dot, such as shape')
      object = { kind: 'attribute', object, name: name.text, namePlace: placeOf(name), start, end: name.end }
    } else if (stream.takes('(')) {
      const list = parseArguments(stream)
      object = { kind: 'call', callee: object, arguments: list, start, end: stream.end }
    } else if (stream.takes('[')) {
      const key = parseKey(stream)
      stream.expect(']', 'the index')
      object = { kind: 'index', object, key, start, end: stream.end }
    } else {
      const { kind, text } = stream.next
      const beside = kind === 'number' || kind === 'string' || (kind === 'name' && !reserved.has(text))
      if (!beside) return object
      throw new Mistake(
        'tensor/syntax',
        `Between two values there must be a sign such as +, * or a comma; here ${describeToken(stream.next)} follows with none.`,
        placeOf(stream.next),
      )
    }
  }
}

function parseArguments(stream: TokenStream): Argument[] {
  const list: Argument[] = []
  while (!stream.sees(')')) {
    const { start } = stream.next
    const spread = stream.takes('*')
    const named = stream.next.kind === 'name' && stream.afterNext?.text === '=' && !spread
    const keyword = named ? stream.take().text : null
    if (named) stream.take()
    const value = parseExpression(stream)
    if (stream.sees('for')) {
      const clauses = parseClauses(stream)
      const whole: Expression = { kind: 'comprehension', element: value, clauses, start, end: stream.end }
      list.push({ keyword, spread, value: whole, start, end: stream.end })
    } else list.push({ keyword, spread, value, start, end: value.end })
    if (!stream.takes(',')) break
  }
  stream.expect(')', 'the arguments')
  return list
}

/** What stands between the brackets of an index; with commas it is a tuple. */
function parseKey(stream: TokenStream): Expression {
  const { start } = stream.next
  if (stream.sees(']')) {
    throw new Mistake(
      'tensor/syntax',
      'The brackets of an index are empty. Write a place, such as [0], or a slice, such as [4:10].',
      { start: start - 1, end: start + 1 },
    )
  }
  const first = parseKeyItem(stream)
  if (!stream.sees(',')) return first
  const items = [first]
  while (stream.takes(',')) {
    if (stream.sees(']')) break
    items.push(parseKeyItem(stream))
  }
  return { kind: 'tuple', items, start, end: stream.end }
}

function parseKeyItem(stream: TokenStream): Expression {
  const { start } = stream.next
  const part = (): Expression | null =>
    stream.sees(':') || stream.sees(',') || stream.sees(']') ? null : parseExpression(stream)
  const from = part()
  if (from !== null && !stream.sees(':')) return from
  stream.expect(':', 'the start of the slice')
  const to = part()
  const step = stream.takes(':') ? part() : null
  return { kind: 'slice', from, to, step, start, end: stream.end }
}

function parseClauses(stream: TokenStream): Clause[] {
  const clauses: Clause[] = []
  while (stream.takes('for')) {
    const target = parseTarget(stream)
    stream.expect('in', 'the name after for')
    const iterable = parseLogic(stream, 'or')
    const conditions: Expression[] = []
    while (stream.takes('if')) conditions.push(parseLogic(stream, 'or'))
    clauses.push({ target, iterable, conditions })
  }
  return clauses
}

/** One name or several with commas: what `for` gives a value to. */
export function parseTarget(stream: TokenStream): Expression {
  const bracket = stream.takes('(')
  const items: Expression[] = []
  const { start } = stream.next
  do {
    const name = stream.expectName('a name')
    items.push({ kind: 'name', name: name.text, start: name.start, end: name.end })
  } while (stream.takes(','))
  if (bracket) stream.expect(')', 'the names')
  const [first] = items
  return items.length === 1 && first !== undefined ? first : { kind: 'tuple', items, start, end: stream.end }
}

function startsExpression(stream: TokenStream): boolean {
  const { kind, text } = stream.next
  if (kind === 'number' || kind === 'string') return true
  if (kind === 'name') return !reserved.has(text) || text === 'not' || text === 'lambda'
  return kind === 'operator' && ['(', '[', '+', '-', '~', '...'].includes(text)
}

function parseAtom(stream: TokenStream): Expression {
  const token = stream.next
  const { start, end, kind, text } = token
  if (!startsExpression(stream)) throw missingValue(token, reserved.has(text))
  stream.take()
  if (kind === 'number') {
    const value = Number(text.replaceAll('_', ''))
    const integer = /^[\d_]+$/.test(text)
    if (integer && !Number.isSafeInteger(value)) {
      throw new Mistake('tensor/syntax', 'Whole numbers on the bench go up to 9,007,199,254,740,991. Write it with a point, such as 1e20.', { start, end }) // prettier-ignore
    }
    return { kind: 'number', value, integer, start, end }
  }
  if (kind === 'string') return { kind: 'string', value: text, start, end }
  if (kind === 'name') {
    const constant = constants.get(text)
    if (constant !== undefined) return { kind: 'constant', value: constant, start, end }
    return { kind: 'name', name: text, start, end }
  }
  if (text === '...') return { kind: 'ellipsis', start, end }
  return text === '[' ? parseList(stream, start) : parseBrackets(stream, start)
}

function missingValue(
  token: { readonly start: number; readonly end: number; readonly kind: string; readonly text: string },
  word: boolean,
): Mistake {
  // prettier-ignore
  const found = describeToken(token as never)
  const place = { start: token.start, end: Math.max(token.end, token.start + 1) }
  if (word) {
    return new Mistake(
      'tensor/syntax',
      `${token.text} cannot stand here: a number, a name or a bracket is expected.`,
      place,
    )
  }
  return new Mistake(
    'tensor/syntax',
    `A value is missing: expected a number, a name or a bracket, found ${found}.`,
    place,
  )
}

function parseList(stream: TokenStream, start: number): Expression {
  const items: Expression[] = []
  while (!stream.sees(']')) {
    const item = parseExpression(stream)
    if (items.length === 0 && stream.sees('for')) {
      const clauses = parseClauses(stream)
      stream.expect(']', 'the list')
      return { kind: 'comprehension', element: item, clauses, start, end: stream.end }
    }
    items.push(item)
    if (!stream.takes(',')) break
  }
  stream.expect(']', 'the items of the list')
  return { kind: 'list', items, start, end: stream.end }
}

function parseBrackets(stream: TokenStream, start: number): Expression {
  if (stream.takes(')')) return { kind: 'tuple', items: [], start, end: stream.end }
  const value = parseExpressions(stream)
  if (stream.sees('for')) {
    const clauses = parseClauses(stream)
    stream.expect(')', 'the items')
    return { kind: 'comprehension', element: value, clauses, start, end: stream.end }
  }
  stream.expect(')', 'the expression in brackets')
  return { ...value, start, end: stream.end }
}
