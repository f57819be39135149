/** The forms that a text on the bench is made of: a small part of Python, enough for the chapter. Each knows its place. */
import type { Place } from './mistake.ts'

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '**' | '@' | '%' | '&' | '|' | '^'
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not'

export type Argument = Place & {
  /** Of `dim=0`; null for an argument by its place. */
  readonly keyword: string | null
  /** Written with a star: each item is an argument. */
  readonly spread: boolean
  readonly value: Expression
}

/** `for target in iterable if condition if ...` within brackets. */
export type Clause = {
  readonly target: Expression
  readonly iterable: Expression
  readonly conditions: readonly Expression[]
}

export type Parameter = { readonly name: string; readonly fallback: Expression | null }

export type Expression = Place &
  (
    | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'constant'; readonly value: boolean | null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'ellipsis' }
    | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'comprehension'; readonly element: Expression; readonly clauses: readonly Clause[] }
    | { readonly kind: 'unary'; readonly operator: '+' | '-' | '~' | 'not'; readonly operand: Expression }
    | {
        readonly kind: 'binary'
        readonly operator: BinaryOperator
        readonly left: Expression
        readonly right: Expression
        /** Of the operator itself. */
        readonly sign: Place
      }
    | {
        readonly kind: 'compare'
        readonly first: Expression
        readonly rest: readonly { readonly operator: Comparison; readonly right: Expression; readonly sign: Place }[]
      }
    | {
        readonly kind: 'logic'
        readonly operator: 'and' | 'or'
        readonly left: Expression
        readonly right: Expression
      }
    | {
        readonly kind: 'conditional'
        readonly test: Expression
        readonly yes: Expression
        readonly otherwise: Expression
      }
    | { readonly kind: 'call'; readonly callee: Expression; readonly arguments: readonly Argument[] }
    | {
        readonly kind: 'attribute'
        readonly object: Expression
        readonly name: string
        readonly namePlace: Place
      }
    | { readonly kind: 'index'; readonly object: Expression; readonly key: Expression }
    | {
        readonly kind: 'slice'
        readonly from: Expression | null
        readonly to: Expression | null
        readonly step: Expression | null
      }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
  )

export type Statement = Place &
  (
    | {
        readonly kind: 'expression'
        readonly value: Expression
        /** Ended with a semicolon, as in a notebook: its value is not shown. */
        readonly silent: boolean
      }
    | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
    | {
        readonly kind: 'augmented'
        readonly target: Expression
        readonly operator: BinaryOperator
        readonly value: Expression
        readonly sign: Place
      }
    | {
        readonly kind: 'function'
        readonly name: string
        readonly parameters: readonly Parameter[]
        readonly body: readonly Statement[]
      }
    | { readonly kind: 'return'; readonly value: Expression | null }
    | {
        readonly kind: 'for'
        readonly target: Expression
        readonly iterable: Expression
        readonly body: readonly Statement[]
      }
    | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[] }
    | {
        readonly kind: 'if'
        readonly test: Expression
        readonly body: readonly Statement[]
        readonly otherwise: readonly Statement[]
      }
    | { readonly kind: 'with'; readonly context: Expression; readonly body: readonly Statement[] }
    /** `pass`, and imports: what they would bring is there already. */
    | { readonly kind: 'nothing' }
    | { readonly kind: 'break' | 'continue' }
  )
