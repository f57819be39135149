/** Statements: assignments, functions, loops, choices. Turns a text into the forms of syntax.ts. */
import { Mistake } from './mistake.ts'
import { parseExpression, parseExpressions, parseParameters, parseTarget } from './parse-expression.ts'
import type { BinaryOperator, Expression, Statement } from './syntax.ts'
import { describeToken, placeOf, TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'
import { tokenize } from './tokens.ts'

const augmented = new Set(['+=', '-=', '*=', '/=', '//=', '**=', '@=', '%=', '&='])
/** Words of Python that the bench does not know. */
const unknownWords = new Set([
  'class',
  'try',
  'raise',
  'del',
  'global',
  'nonlocal',
  'assert',
  'yield',
  'async',
  'await',
  'elif',
  'else',
])

/** Throws `tensor/syntax`, with the place. */
export function parse(source: string): readonly Statement[] {
  return parseTokens(tokenize(source))
}

function parseTokens(tokens: readonly Token[]): readonly Statement[] {
  const stream = new TokenStream(tokens)
  const statements: Statement[] = []
  while (stream.next.kind !== 'end') {
    if (stream.next.kind === 'indent') {
      throw new Mistake(
        'tensor/syntax',
        'This line is indented, but the line before opens no block. Begin it in the first column.',
        firstColumns(stream.next),
      )
    }
    statements.push(...parseStatement(stream))
  }
  return statements
}

function firstColumns({ start }: Token): { start: number; end: number } {
  return { start: Math.max(0, start - 1), end: start + 1 }
}

/** One line, which may hold several statements with semicolons, or one block. */
function parseStatement(stream: TokenStream): Statement[] {
  switch (stream.next.kind === 'name' ? stream.next.text : '') {
    case 'def':
      return [parseFunction(stream)]
    case 'for':
      return [parseFor(stream)]
    case 'while':
      return [parseWhile(stream)]
    case 'if':
      return [parseIf(stream)]
    case 'with':
      return [parseWith(stream)]
    default:
      return parseSimpleLine(stream)
  }
}

function parseSimpleLine(stream: TokenStream): Statement[] {
  const statements: Statement[] = []
  do {
    if (stream.next.kind === 'newline') break
    const statement = parseSimple(stream)
    statements.push(statement.kind === 'expression' && stream.sees(';') ? { ...statement, silent: true } : statement)
  } while (stream.takes(';'))
  endOfLine(stream)
  return statements
}

function endOfLine(stream: TokenStream): void {
  const { kind } = stream.next
  if (kind === 'newline') {
    stream.take()
    return
  }
  if (kind === 'end' || kind === 'dedent') return
  throw new Mistake(
    'tensor/syntax',
    `The line is complete before ${describeToken(stream.next)}. A sign is missing between, or this is one too many.`,
    placeOf(stream.next),
  )
}

function parseSimple(stream: TokenStream): Statement {
  const { start, text, kind } = stream.next
  if (kind === 'name') {
    if (text === 'return') {
      stream.take()
      const empty = stream.next.kind === 'newline' || stream.next.kind === 'end' || stream.sees(';')
      return { kind: 'return', value: empty ? null : parseExpressions(stream), start, end: stream.end }
    }
    if (text === 'pass' || text === 'break' || text === 'continue') {
      stream.take()
      return { kind: text === 'pass' ? 'nothing' : text, start, end: stream.end }
    }
    if (text === 'import' || text === 'from') {
      while (stream.next.kind !== 'newline' && stream.next.kind !== 'end' && !stream.sees(';')) stream.take()
      return { kind: 'nothing', start, end: stream.end }
    }
    if (unknownWords.has(text)) {
      throw new Mistake('tensor/syntax', `The bench does not know ${text} here. It knows assignments, def, for, while, if and expressions.`, placeOf(stream.next)) // prettier-ignore
    }
  }
  return parseAssignment(stream)
}

function parseAssignment(stream: TokenStream): Statement {
  const first = parseExpressions(stream)
  const { start } = first
  if (stream.next.kind === 'operator' && augmented.has(stream.next.text)) {
    const sign = stream.take()
    assertTarget(first)
    const value = parseExpressions(stream)
    const operator = sign.text.slice(0, -1) as BinaryOperator
    return { kind: 'augmented', target: first, operator, value, sign: placeOf(sign), start, end: value.end }
  }
  const targets: Expression[] = []
  let value = first
  while (stream.takes('=')) {
    assertTarget(value)
    targets.push(value)
    value = parseExpressions(stream)
  }
  if (targets.length === 0) return { kind: 'expression', value, silent: false, start, end: value.end }
  return { kind: 'assign', targets, value, start, end: value.end }
}

function assertTarget(target: Expression): void {
  if (target.kind === 'name' || target.kind === 'attribute' || target.kind === 'index') return
  if (target.kind !== 'tuple' && target.kind !== 'list') {
    throw new Mistake(
      'tensor/syntax',
      'Only a name, or a place such as x[0], can be given a value with =. To compare two values, write ==.',
      placeOf(target),
    )
  }
  for (const part of target.items) assertTarget(part)
}

/** After a colon: statements on the same line, or an indented block. */
function parseBlock(stream: TokenStream, after: string): Statement[] {
  stream.expect(':', after)
  if (!stream.isAt('newline')) return parseSimpleLine(stream)
  stream.take()
  if (!stream.isAt('indent')) {
    const { start } = stream.next
    throw new Mistake('tensor/syntax', 'The lines of a block must be indented. Begin this line with four spaces.', {
      start,
      end: start + 1,
    })
  }
  return stream.nested(() => {
    stream.take()
    const statements: Statement[] = []
    while (stream.next.kind !== 'dedent' && stream.next.kind !== 'end') {
      if (stream.next.kind === 'indent') {
        throw new Mistake('tensor/syntax', 'This line is indented further than its block.', firstColumns(stream.next))
      }
      statements.push(...parseStatement(stream))
    }
    if (stream.next.kind === 'dedent') stream.take()
    return statements
  })
}

function parseFunction(stream: TokenStream): Statement {
  const { start } = stream.take()
  const { text: name } = stream.expectName('the name of the function')
  stream.expect('(', 'the name of the function')
  const parameters = parseParameters(stream, ')')
  const { end } = stream
  const body = parseBlock(stream, 'the parameters')
  return { kind: 'function', name, parameters, body, start, end }
}

function parseFor(stream: TokenStream): Statement {
  const { start } = stream.take()
  const target = parseTarget(stream)
  stream.expect('in', 'the name after for')
  const iterable = parseExpressions(stream)
  const { end } = stream
  return { kind: 'for', target, iterable, body: parseBlock(stream, 'what for goes through'), start, end }
}

function parseWhile(stream: TokenStream): Statement {
  const { start } = stream.take()
  const test = parseExpression(stream)
  const { end } = stream
  return { kind: 'while', test, body: parseBlock(stream, 'the condition'), start, end }
}

function parseIf(stream: TokenStream): Statement {
  const { start } = stream.take()
  const test = parseExpression(stream)
  const { end } = stream
  const body = parseBlock(stream, 'the condition')
  let otherwise: Statement[] = []
  if (stream.sees('elif')) otherwise = stream.nested(() => [parseIf(stream)])
  else if (stream.takes('else')) otherwise = parseBlock(stream, 'else')
  return { kind: 'if', test, body, otherwise, start, end }
}

function parseWith(stream: TokenStream): Statement {
  const { start } = stream.take()
  const context = parseExpression(stream)
  const { end } = stream
  return { kind: 'with', context, body: parseBlock(stream, 'what with names'), start, end }
}
