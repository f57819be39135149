/** Runs the forms of syntax.ts: looks names up, calls functions, selects, assigns, loops. Says of each mistake where it is. */
import { Random } from '../learn/random.ts'
import { explainBroadcast } from './broadcast.ts'
import type { Broadcast } from './broadcast.ts'
import { withoutRecording } from './gradient.ts'
import { DEEPEST_CALL, spendList, tick } from './limits.ts'
import { lineAndColumn, Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import { binary, comparison, unary } from './operators.ts'
import type { Slice } from './select.ts'
import { assignItem, assignMember, readItem, readMember, refuseLeaf, writeOver } from './members.ts'
import { didYouMean } from './suggest.ts'
import type { BinaryOperator, Clause, Expression, Parameter, Statement } from './syntax.ts'
import { shapeText } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { toInt } from './arguments.ts'
import { bool, describe, isTrue, itemsOf, list, none, tuple } from './values.ts'
import type { Host, OwnFunction, Value } from './values.ts'

/** An operation of two tensors, or of a tensor and a number, and how their shapes were fitted. */
export type BroadcastRecord = Broadcast & {
  readonly operator: string
  /** The operation as it was typed. */
  readonly text: string
  /** Line of the evaluated text, from 1. */
  readonly line: number
}

export type Output =
  | { readonly kind: 'value'; readonly value: Value; readonly text: string; readonly line: number }
  | { readonly kind: 'picture'; readonly picture: Tensor; readonly line: number }
  | { readonly kind: 'printed'; readonly text: string; readonly line: number }

/** Where names are found: the session's own, then those of the data, then the language's. */
export type Names = {
  readonly own: Map<string, Value>
  readonly lookUp: (name: string) => Value | null
  readonly known: () => Iterable<string>
}

const training = 'Whole models are trained on the Train page; here layers are made of tensors, as in x@weights + bias.'
const drawing = 'Charts are not drawn on the bench; show_image() draws a matrix.'
/** Names of the chapter's libraries that the bench leaves to others. */
const elsewhere = new Map([
  ...['nn', 'Learner', 'DataLoaders', 'SGD', 'cnn_learner', 'ImageDataLoaders', 'resnet18'].map((name) => [name, training] as const), // prettier-ignore
  ...['plt', 'plot_function', 'gv', 'pd', 'matplotlib'].map((name) => [name, drawing] as const),
  ['untar_data', "The images are here already: path/'train'/'3', threes, train_x."],
])

/** Results, pictures and prints of one evaluation, at most. */
const MOST_OUTPUTS = 100
const MOST_BROADCASTS = 40

type Flow = { readonly kind: 'return'; readonly value: Value } | { readonly kind: 'break' | 'continue' } | null
type Scope = Map<string, Value>

export class Interpreter {
  readonly outputs: Output[] = []
  readonly broadcasts: BroadcastRecord[] = []
  readonly #names: Names
  readonly #host: Host
  /** The text that is being run: the evaluated one, or that of a function from before. */
  #source: string
  readonly #evaluated: string
  /** Names of the functions that are running, innermost last. */
  #scopes: Scope[] = []
  #line = 1
  /** Blocks within blocks: only what stands in none is shown. */
  #depth = 0

  constructor(source: string, names: Names, random: { current: Random }) {
    this.#source = source
    this.#evaluated = source
    this.#names = names
    this.#host = {
      call: (callee, values) => this.#call(callee, values, new Map()),
      print: (text) => this.#output({ kind: 'printed', text, line: this.#line }),
      show: (picture) => this.#output({ kind: 'picture', picture, line: this.#line }),
      random: () => random.current,
      seed: (seed) => {
        random.current = new Random(seed >>> 0)
      },
    }
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      const flow = this.#statement(statement)
      if (flow === null) continue
      const what = flow.kind === 'return' ? 'return stands outside of a function' : `${flow.kind} stands outside of a loop` // prettier-ignore
      throw new Mistake('tensor/syntax', `${what}.`).at(this.#source, statement)
    }
  }

  #output(output: Output): void {
    const last = this.outputs.at(-1)
    if (output.kind === 'printed' && last?.kind === 'printed' && last.text.length < 10_000) {
      this.outputs[this.outputs.length - 1] = { ...last, text: last.text + output.text }
    } else if (this.outputs.length < MOST_OUTPUTS) this.outputs.push(output)
  }

  /** Runs `body`; a mistake in it is told at this place, unless a place further in is known. */
  #at<Result>(place: Place, body: () => Result): Result {
    try {
      return body()
    } catch (error) {
      if (error instanceof Mistake) error.at(this.#source, place)
      throw error
    }
  }

  // Statements

  #block(statements: readonly Statement[]): Flow {
    this.#depth += 1
    try {
      for (const statement of statements) {
        const flow = this.#statement(statement)
        if (flow !== null) return flow
      }
      return null
    } finally {
      this.#depth -= 1
    }
  }

  #statement(statement: Statement): Flow {
    tick()
    if (this.#source === this.#evaluated) this.#line = lineAndColumn(this.#source, statement.start).line
    switch (statement.kind) {
      case 'expression':
        this.#show(statement.value, statement.silent)
        return null
      case 'assign': {
        const value = this.#evaluate(statement.value)
        for (const target of statement.targets) this.#assign(target, value)
        return null
      }
      case 'augmented':
        this.#augment(statement.target, statement.operator, statement.value, statement.sign, statement)
        return null
      case 'function': {
        const { name, parameters, body, start, end } = statement
        this.#setName(name, this.#makeFunction(name, parameters, { statements: body }, { start, end }))
        return null
      }
      case 'return':
        return { kind: 'return', value: statement.value === null ? none : this.#evaluate(statement.value) }
      case 'for': {
        const { iterable, target, body } = statement
        for (const item of this.#items(iterable, 'for')) {
          tick()
          this.#assign(target, item)
          const flow = this.#block(body)
          if (flow?.kind === 'return') return flow
          if (flow?.kind === 'break') break
        }
        return null
      }
      case 'while':
        while (this.#at(statement.test, () => isTrue(this.#evaluate(statement.test)))) {
          tick()
          const flow = this.#block(statement.body)
          if (flow?.kind === 'return') return flow
          if (flow?.kind === 'break') break
        }
        return null
      case 'if': {
        const yes = this.#at(statement.test, () => isTrue(this.#evaluate(statement.test)))
        return this.#block(yes ? statement.body : statement.otherwise)
      }
      case 'with': {
        const context = this.#evaluate(statement.context)
        if (context.kind === 'noGrad') return withoutRecording(() => this.#block(statement.body))
        throw new Mistake('tensor/wrong-type', `with works with torch.no_grad() here, and this is ${describe(context)}.`).at(this.#source, statement.context) // prettier-ignore
      }
      case 'nothing':
        return null
      case 'break':
      case 'continue':
        return { kind: statement.kind }
    }
  }

  #show(expression: Expression, silent: boolean): void {
    const value = this.#evaluate(expression)
    const shown = !silent && value.kind !== 'none' && this.#depth === 0 && !changesInPlace(expression)
    if (!shown) return
    const text = this.#source.slice(expression.start, expression.end)
    this.#output({ kind: 'value', value, text, line: this.#line })
  }

  #setName(name: string, value: Value): void {
    const scope = this.#scopes.at(-1) ?? this.#names.own
    scope.set(name, value)
  }

  #assign(target: Expression, value: Value): void {
    if (target.kind === 'name') this.#setName(target.name, value)
    else if (target.kind === 'tuple' || target.kind === 'list') {
      const items = this.#at(target, () => itemsOf(value, 'Giving values to several names'))
      if (items.length !== target.items.length) {
        throw new Mistake(
          'tensor/wrong-value',
          `${target.items.length} names stand on the left, and ${items.length} values on the right. There must be as many.`,
        ).at(this.#source, target)
      }
      target.items.forEach((part, index) => {
        this.#assign(part, items[index] ?? none)
      })
    } else if (target.kind === 'index') {
      const object = this.#evaluate(target.object)
      const key = this.#evaluate(target.key)
      this.#at(target, () => {
        assignItem(object, key, value)
      })
    } else if (target.kind === 'attribute') {
      const object = this.#evaluate(target.object)
      this.#at(target, () => {
        assignMember(object, target.name, value)
      })
    } else throw new Mistake('tensor/syntax', 'Only a name or a place can be given a value.').at(this.#source, target)
  }

  /** `x += y`: tensors are changed in place, as in PyTorch, everything else is bound anew. */
  #augment(target: Expression, operator: BinaryOperator, right: Expression, sign: Place, whole: Place): void {
    if (target.kind === 'tuple' || target.kind === 'list') {
      throw new Mistake('tensor/syntax', 'Several names cannot be changed at once with this sign.').at(this.#source, target) // prettier-ignore
    }
    const part = target.kind === 'index' ? this.#evaluate(target.object) : null
    const current = part?.kind === 'tensor' ? withoutRecording(() => this.#evaluate(target)) : this.#evaluate(target)
    const other = this.#evaluate(right)
    if (current.kind !== 'tensor') {
      this.#assign(target, this.#binary(operator, current, other, sign, whole))
      return
    }
    // What has a past is bound anew, so that the past stays true.
    const follows = current.origin !== null || (other.kind === 'tensor' && other.requiresGrad)
    if (follows && target.kind === 'name') {
      this.#assign(target, this.#binary(operator, current, other, sign, whole))
      return
    }
    this.#at(whole, () => {
      if (target.kind !== 'index') refuseLeaf(current)
      const changed = withoutRecording(() => this.#binary(operator, current, other, sign, whole))
      if (changed.kind !== 'tensor') throw new Mistake('tensor/wrong-type', 'This gives no tensor.')
      writeOver(current, changed)
      // A mask or a list of places gave a copy, which goes back to where it came from.
      if (part?.kind === 'tensor' && target.kind === 'index') {
        withoutRecording(() => {
          assignItem(part, this.#evaluate(target.key), current)
        })
      }
    })
  }

  // Expressions

  #evaluate(expression: Expression): Value {
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
        return this.#at(expression, () => this.#name(expression.name))
      case 'list':
      case 'tuple': {
        spendList(expression.items.length)
        const items = expression.items.map((item) => this.#evaluate(item))
        return expression.kind === 'list' ? list(items) : tuple(items)
      }
      case 'comprehension': {
        const items: Value[] = []
        this.#comprehend(expression.clauses, expression.element, items)
        return list(items)
      }
      case 'unary': {
        const operand = this.#evaluate(expression.operand)
        return this.#at(expression, () => unary(expression.operator, operand))
      }
      case 'binary': {
        const left = this.#evaluate(expression.left)
        const right = this.#evaluate(expression.right)
        return this.#binary(expression.operator, left, right, expression.sign, expression)
      }
      case 'compare':
        return this.#compare(expression)
      case 'logic': {
        const left = this.#evaluate(expression.left)
        const enough = this.#at(expression.left, () => isTrue(left)) === (expression.operator === 'or')
        return enough ? left : this.#evaluate(expression.right)
      }
      case 'conditional': {
        const yes = this.#at(expression.test, () => isTrue(this.#evaluate(expression.test)))
        return this.#evaluate(yes ? expression.yes : expression.otherwise)
      }
      case 'call':
        return this.#callExpression(expression)
      case 'attribute': {
        const object = this.#evaluate(expression.object)
        return this.#at(expression.namePlace, () => readMember(object, expression.name))
      }
      case 'index': {
        const object = this.#evaluate(expression.object)
        const key = this.#evaluate(expression.key)
        return this.#at({ start: expression.key.start - 1, end: expression.end }, () => readItem(object, key))
      }
      case 'slice':
        return { ...this.#slice(expression.from, expression.to, expression.step), kind: 'slice' }
      case 'lambda':
        return this.#makeFunction('lambda', expression.parameters, { expression: expression.body }, expression)
    }
  }

  #name(name: string): Value {
    for (const scope of [this.#scopes.at(-1)]) {
      const value = scope?.get(name)
      if (value !== undefined) return value
    }
    const value = this.#names.own.get(name) ?? this.#names.lookUp(name)
    if (value !== null && value !== undefined) return value
    const known = [...(this.#scopes.at(-1)?.keys() ?? []), ...this.#names.own.keys(), ...this.#names.known()]
    const hint = elsewhere.get(name)
    const next = hint ?? `A name is known once it was given a value, as in ${name} = tensor([1, 2, 3]).`
    const meant = hint === undefined ? didYouMean(name, known) : ''
    throw new Mistake('tensor/unknown-name', `There is no ${name} here.${meant} ${next}`)
  }

  #binary(operator: BinaryOperator, left: Value, right: Value, sign: Place, whole: Place): Value {
    const result = this.#at(sign, () => binary(operator, left, right))
    if (operator !== '@') this.#explain(operator, left, right, whole)
    return result
  }

  #explain(operator: string, left: Value, right: Value, place: Place): void {
    if (this.broadcasts.length >= MOST_BROADCASTS || (left.kind !== 'tensor' && right.kind !== 'tensor')) return
    const [a, b] = [left, right].map((side) => (side.kind === 'tensor' ? side.shape : []))
    if (a === undefined || b === undefined || (a.length === 0 && b.length === 0)) return
    const text = this.#source.slice(place.start, place.end)
    const line = this.#line
    const same = this.broadcasts.some(
      (other) =>
        other.text === text &&
        other.line === line &&
        shapeText(other.left.shape) === shapeText(a) &&
        shapeText(other.right.shape) === shapeText(b),
    )
    if (!same) this.broadcasts.push({ ...explainBroadcast(a, b), operator, text, line })
  }

  #compare(expression: Expression & { kind: 'compare' }): Value {
    let left = this.#evaluate(expression.first)
    let result: Value = none
    for (const [index, { operator, right, sign }] of expression.rest.entries()) {
      const next = this.#evaluate(right)
      const present = left
      const own = this.#at(sign, () => comparison(operator, present, next))
      if (own.kind === 'tensor') this.#explain(operator, present, next, expression)
      result = own
      left = next
      if (index + 1 < expression.rest.length && !this.#at(sign, () => isTrue(own))) return own
    }
    return result
  }

  #items(iterable: Expression, what: string): readonly Value[] {
    const value = this.#evaluate(iterable)
    return this.#at(iterable, () => {
      const items = itemsOf(value, what)
      spendList(items.length)
      return items
    })
  }

  /** The names of a comprehension are its own. */
  #comprehend(clauses: readonly Clause[], element: Expression, into: Value[]): void {
    const scope = new Map(this.#scopes.at(-1))
    const [first] = clauses
    const items = first === undefined ? [] : this.#items(first.iterable, 'for')
    this.#scopes.push(scope)
    try {
      const visit = (index: number, given: readonly Value[]): void => {
        const clause = clauses[index]
        if (clause === undefined) {
          spendList(1)
          into.push(this.#evaluate(element))
          return
        }
        for (const item of given) {
          this.#assign(clause.target, item)
          if (!clause.conditions.every((condition) => this.#at(condition, () => isTrue(this.#evaluate(condition))))) continue // prettier-ignore
          const next = clauses[index + 1]
          visit(index + 1, next === undefined ? [] : this.#items(next.iterable, 'for'))
        }
      }
      visit(0, items)
    } finally {
      this.#scopes.pop()
    }
  }

  #slice(from: Expression | null, to: Expression | null, step: Expression | null): Slice {
    const part = (expression: Expression | null, what: string): number | null => {
      if (expression === null) return null
      const value = this.#evaluate(expression)
      return value.kind === 'none' ? null : this.#at(expression, () => toInt(value, what))
    }
    return {
      from: part(from, 'The start of a slice'),
      to: part(to, 'The end of a slice'),
      step: part(step, 'The step of a slice'),
    }
  }

  // Calls

  #callExpression(expression: Expression & { kind: 'call' }): Value {
    const callee = this.#evaluate(expression.callee)
    const values: Value[] = []
    const keywords = new Map<string, Value>()
    for (const argument of expression.arguments) {
      const value = this.#evaluate(argument.value)
      if (argument.keyword !== null) keywords.set(argument.keyword, value)
      else if (argument.spread) values.push(...this.#at(argument, () => itemsOf(value, 'The star')))
      else values.push(value)
    }
    const { callee: form } = expression
    const start = form.kind === 'attribute' ? form.namePlace.start : expression.start
    const result = this.#at({ start, end: expression.end }, () => this.#call(callee, values, keywords))
    if (callee.kind === 'builtin') this.#explainCall(callee.name, values, expression)
    return result
  }

  #explainCall(name: string, values: readonly Value[], place: Place): void {
    const [a, b, c] = values
    if (name === 'where' && b !== undefined && c !== undefined) this.#explain('where', b, c, place)
    const pairs = ['l1_loss', 'mse_loss', 'maximum', 'minimum']
    if (pairs.includes(name) && a !== undefined && b !== undefined) this.#explain(name, a, b, place)
  }

  #call(callee: Value, values: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    if (callee.kind === 'builtin') return callee.run({ arguments: values, keywords, host: this.#host })
    if (callee.kind === 'function') return this.#callOwn(callee, values, keywords)
    throw new Mistake(
      'tensor/wrong-type',
      `Only functions can be called with ( ), and this is ${describe(callee)}.${callee.kind === 'tensor' ? ' To choose a part of it, write [ ]; for a product, *.' : ''}${callee.kind === 'tuple' && callee.isSize === true ? ' The shape has no brackets: .shape.' : ''}`,
    )
  }

  #callOwn(callee: OwnFunction, values: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    const scope = new Map(callee.around)
    const { parameters, name } = callee
    if (values.length > parameters.length) {
      throw new Mistake('tensor/wrong-type', `${name}() takes ${parameters.length} ${parameters.length === 1 ? 'value' : 'values'}, and ${values.length} are given.`) // prettier-ignore
    }
    for (const keyword of keywords.keys()) {
      if (!parameters.some((parameter) => parameter.name === keyword)) {
        throw new Mistake('tensor/wrong-type', `${name}() has no parameter called ${keyword}.`)
      }
    }
    parameters.forEach((parameter, index) => {
      const value = values[index] ?? keywords.get(parameter.name) ?? callee.fallbacks.get(parameter.name)
      if (value === undefined) throw new Mistake('tensor/wrong-type', `${name}() also needs a value for ${parameter.name}.`) // prettier-ignore
      scope.set(parameter.name, value)
    })
    if (this.#scopes.length >= DEEPEST_CALL) {
      throw new Mistake('tensor/too-large', `Functions call each other more than ${DEEPEST_CALL} levels deep here. Does ${name}() call itself without an end?`) // prettier-ignore
    }
    const outer = this.#source
    this.#scopes.push(scope)
    this.#source = callee.source
    try {
      if ('expression' in callee.body) return this.#evaluate(callee.body.expression)
      const flow = this.#block(callee.body.statements)
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
      this.#source = outer
      this.#scopes.pop()
    }
  }

  #makeFunction(name: string, parameters: readonly Parameter[], body: OwnFunction['body'], place: Place): Value {
    const fallbacks = new Map<string, Value>()
    for (const parameter of parameters) {
      if (parameter.fallback !== null) fallbacks.set(parameter.name, this.#evaluate(parameter.fallback))
    }
    const { start, end } = place
    const around = this.#scopes.at(-1) ?? null
    return { kind: 'function', name, parameters, body, fallbacks, around, source: this.#source, place: { start, end } }
  }
}

/** A call such as `x.grad.zero_()`, whose value nobody asked to see. */
function changesInPlace(expression: Expression): boolean {
  return (
    expression.kind === 'call' &&
    expression.callee.kind === 'attribute' &&
    expression.callee.name.endsWith('_') &&
    expression.callee.name !== 'requires_grad_'
  )
}
