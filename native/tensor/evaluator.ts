/**
 * Works out the values of expressions: looks names up, calls functions, selects. Says of each mistake where it is. What statements do
 * is interpreter.ts's part.
 */
import { BroadcastLog } from './broadcast-log.ts'
import type { BroadcastRecord } from './broadcast-log.ts'
import { DEEPEST_CALL, spendList, tick } from './limits.ts'
import { Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import { readItem, readMember } from './members.ts'
import { scopeOf } from './own-function.ts'
import { binary, comparison, unary } from './operators.ts'
import type { Slice } from './select.ts'
import type { BinaryOperator, Clause, Expression, Parameter, Statement } from './syntax.ts'
import { toInt } from './arguments.ts'
import { unknownName } from './unknown-name.ts'
import { bool, describe, isTrue, itemsOf, list, none, tuple } from './values.ts'
import type { Host, OwnFunction, Value } from './values.ts'

/** Where names are found: the session's own, then those of the data, then the language's. */
export type Names = {
  readonly own: Map<string, Value>
  readonly lookUp: (name: string) => Value | null
  readonly known: () => Iterable<string>
}

/** How a block ended: by itself (null), or by one of these words. */
export type Flow = { readonly kind: 'return'; readonly value: Value } | { readonly kind: 'break' | 'continue' } | null
type Scope = Map<string, Value>

export abstract class Evaluator {
  /** The text that is being run: the evaluated one, or that of a function from before. */
  protected source: string
  /** Names of the functions that are running, innermost last. */
  protected readonly scopes: Scope[] = []
  /** Of the evaluated text, from 1. */
  protected line = 1
  protected readonly names: Names
  /** What built-in functions work with. */
  protected abstract readonly host: Host
  readonly #log = new BroadcastLog()

  constructor(source: string, names: Names) {
    this.source = source
    this.names = names
  }

  /** Runs the statements of a function. */
  protected abstract block(statements: readonly Statement[]): Flow

  /** Gives names or places their values. */
  protected abstract assign(target: Expression, value: Value): void

  get broadcasts(): readonly BroadcastRecord[] {
    return this.#log.records
  }

  /** Runs `body`; a mistake in it is told at this place, unless a place further in is known. */
  protected at<Result>(place: Place, body: () => Result): Result {
    try {
      return body()
    } catch (error) {
      if (error instanceof Mistake) error.at(this.source, place)
      throw error
    }
  }

  protected evaluate(expression: Expression): Value {
    tick()
    switch (expression.kind) {
      case 'number':
        return { kind: expression.integer ? 'int' : 'float', value: expression.value }
      case 'string':
        return { kind: 'string', value: expression.value }
      case 'constant':
        return expression.value === null ? none : bool(expression.value)
      case 'ellipsis':
        return { kind: 'ellipsis' }
      case 'name':
        return this.at(expression, () => this.#name(expression.name))
      case 'list':
      case 'tuple': {
        spendList(expression.items.length)
        const items = expression.items.map((item) => this.evaluate(item))
        return expression.kind === 'list' ? list(items) : tuple(items)
      }
      case 'comprehension': {
        const items: Value[] = []
        this.#comprehend(expression.clauses, expression.element, items)
        return list(items)
      }
      case 'unary': {
        const operand = this.evaluate(expression.operand)
        return this.at(expression, () => unary(expression.operator, operand))
      }
      case 'binary': {
        const left = this.evaluate(expression.left)
        const right = this.evaluate(expression.right)
        return this.binary(expression.operator, left, right, expression.sign, expression)
      }
      case 'compare':
        return this.#compare(expression)
      case 'logic': {
        const left = this.evaluate(expression.left)
        const enough = this.at(expression.left, () => isTrue(left)) === (expression.operator === 'or')
        return enough ? left : this.evaluate(expression.right)
      }
      case 'conditional': {
        const yes = this.at(expression.test, () => isTrue(this.evaluate(expression.test)))
        return this.evaluate(yes ? expression.yes : expression.otherwise)
      }
      case 'call':
        return this.#callExpression(expression)
      case 'attribute': {
        const object = this.evaluate(expression.object)
        return this.at(expression.namePlace, () => readMember(object, expression.name))
      }
      case 'index': {
        const object = this.evaluate(expression.object)
        const key = this.evaluate(expression.key)
        return this.at({ start: expression.key.start - 1, end: expression.end }, () => readItem(object, key))
      }
      case 'slice':
        return { ...this.#slice(expression.from, expression.to, expression.step), kind: 'slice' }
      case 'lambda':
        return this.makeFunction('lambda', expression.parameters, { expression: expression.body }, expression)
    }
  }

  #name(name: string): Value {
    for (const scope of [this.scopes.at(-1)]) {
      const value = scope?.get(name)
      if (value !== undefined) return value
    }
    const value = this.names.own.get(name) ?? this.names.lookUp(name)
    if (value !== null && value !== undefined) return value
    const known = [...(this.scopes.at(-1)?.keys() ?? []), ...this.names.own.keys(), ...this.names.known()]
    throw unknownName(name, known)
  }

  protected binary(operator: BinaryOperator, left: Value, right: Value, sign: Place, whole: Place): Value {
    const result = this.at(sign, () => binary(operator, left, right))
    if (operator !== '@') this.explain(operator, left, right, whole)
    return result
  }

  protected explain(operator: string, left: Value, right: Value, place: Place): void {
    this.#log.add(operator, left, right, this.source.slice(place.start, place.end), this.line)
  }

  #compare(expression: Expression & { kind: 'compare' }): Value {
    let left = this.evaluate(expression.first)
    let result: Value = none
    for (const [index, { operator, right, sign }] of expression.rest.entries()) {
      const next = this.evaluate(right)
      const present = left
      const own = this.at(sign, () => comparison(operator, present, next))
      if (own.kind === 'tensor') this.explain(operator, present, next, expression)
      result = own
      left = next
      if (index + 1 < expression.rest.length && !this.at(sign, () => isTrue(own))) return own
    }
    return result
  }

  protected items(iterable: Expression, what: string): readonly Value[] {
    const value = this.evaluate(iterable)
    return this.at(iterable, () => {
      const items = itemsOf(value, what)
      spendList(items.length)
      return items
    })
  }

  /** The names of a comprehension are its own. */
  #comprehend(clauses: readonly Clause[], element: Expression, into: Value[]): void {
    const scope = new Map(this.scopes.at(-1))
    const [first] = clauses
    const items = first === undefined ? [] : this.items(first.iterable, 'for')
    this.scopes.push(scope)
    try {
      const visit = (index: number, given: readonly Value[]): void => {
        const clause = clauses[index]
        if (clause === undefined) {
          spendList(1)
          into.push(this.evaluate(element))
          return
        }
        for (const item of given) {
          this.assign(clause.target, item)
          if (!clause.conditions.every((condition) => this.at(condition, () => isTrue(this.evaluate(condition))))) continue // prettier-ignore
          const next = clauses[index + 1]
          visit(index + 1, next === undefined ? [] : this.items(next.iterable, 'for'))
        }
      }
      visit(0, items)
    } finally {
      this.scopes.pop()
    }
  }

  #slice(from: Expression | null, to: Expression | null, step: Expression | null): Slice {
    const part = (expression: Expression | null, what: string): number | null => {
      if (expression === null) return null
      const value = this.evaluate(expression)
      return value.kind === 'none' ? null : this.at(expression, () => toInt(value, what))
    }
    return {
      from: part(from, 'The start of a slice'),
      to: part(to, 'The end of a slice'),
      step: part(step, 'The step of a slice'),
    }
  }

  // Calls

  #callExpression(expression: Expression & { kind: 'call' }): Value {
    const callee = this.evaluate(expression.callee)
    const values: Value[] = []
    const keywords = new Map<string, Value>()
    for (const argument of expression.arguments) {
      const value = this.evaluate(argument.value)
      if (argument.keyword !== null) keywords.set(argument.keyword, value)
      else if (argument.spread) values.push(...this.at(argument, () => itemsOf(value, 'The star')))
      else values.push(value)
    }
    const { callee: form } = expression
    const start = form.kind === 'attribute' ? form.namePlace.start : expression.start
    const result = this.at({ start, end: expression.end }, () => this.#call(callee, values, keywords))
    if (callee.kind === 'builtin') this.#explainCall(callee.name, values, expression)
    return result
  }

  #explainCall(name: string, values: readonly Value[], place: Place): void {
    const [a, b, c] = values
    if (name === 'where' && b !== undefined && c !== undefined) this.explain('where', b, c, place)
    const pairs = ['l1_loss', 'mse_loss', 'maximum', 'minimum']
    if (pairs.includes(name) && a !== undefined && b !== undefined) this.explain(name, a, b, place)
  }

  #call(callee: Value, values: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    if (callee.kind === 'builtin') return callee.run({ arguments: values, keywords, host: this.host })
    if (callee.kind === 'function') return this.#callOwn(callee, values, keywords)
    throw new Mistake(
      'tensor/wrong-type',
      `Only functions can be called with ( ), and this is ${describe(callee)}.${callee.kind === 'tensor' ? ' To choose a part of it, write [ ]; for a product, *.' : ''}${callee.kind === 'tuple' && callee.isSize === true ? ' The shape has no brackets: .shape.' : ''}`,
    )
  }

  #callOwn(callee: OwnFunction, values: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    const { name } = callee
    const scope = scopeOf(callee, values, keywords)
    if (this.scopes.length >= DEEPEST_CALL) {
      throw new Mistake('tensor/too-large', `Functions call each other more than ${DEEPEST_CALL} levels deep here. Does ${name}() call itself without an end?`) // prettier-ignore
    }
    const outer = this.source
    this.scopes.push(scope)
    this.source = callee.source
    try {
      if ('expression' in callee.body) return this.evaluate(callee.body.expression)
      const flow = this.block(callee.body.statements)
      return flow?.kind === 'return' ? flow.value : none
    } catch (error) {
      // A place in an older text says nothing here: tell it at the call.
      if (error instanceof Mistake && error.source !== null && error.source !== outer) {
        error.message = `Within ${name}(): ${error.message}`
        error.source = null
        error.place = null
      }
      throw error
    } finally {
      this.source = outer
      this.scopes.pop()
    }
  }

  protected makeFunction(
    name: string,
    parameters: readonly Parameter[],
    body: OwnFunction['body'],
    place: Place,
  ): Value {
    const fallbacks = new Map<string, Value>()
    for (const parameter of parameters) {
      if (parameter.fallback !== null) fallbacks.set(parameter.name, this.evaluate(parameter.fallback))
    }
    const { start, end } = place
    const around = this.scopes.at(-1) ?? null
    return { kind: 'function', name, parameters, body, fallbacks, around, source: this.source, place: { start, end } }
  }
}
