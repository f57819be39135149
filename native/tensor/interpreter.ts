/** Runs the statements of syntax.ts: assignments, functions, loops, choices; keeps what is to be shown. */
import { Random } from '../learn/random.ts'
import { Evaluator } from './evaluator.ts'
import type { Flow, Names } from './evaluator.ts'
import { withoutRecording } from './gradient.ts'
import { tick } from './limits.ts'
import { assignItem, assignMember, refuseLeaf, writeOver } from './members.ts'
import { lineAndColumn, Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import type { BinaryOperator, Expression, Statement } from './syntax.ts'
import type { Tensor } from './tensor.ts'
import { describe, isTrue, itemsOf, none } from './values.ts'
import type { Host, Value } from './values.ts'

export type Output =
  | { readonly kind: 'value'; readonly value: Value; readonly text: string; readonly line: number }
  | { readonly kind: 'picture'; readonly picture: Tensor; readonly line: number }
  | { readonly kind: 'printed'; readonly text: string; readonly line: number }

/** Results, pictures and prints of one evaluation, at most. */
const MOST_OUTPUTS = 100

export class Interpreter extends Evaluator {
  readonly outputs: Output[] = []
  readonly #evaluated: string
  /** Blocks within blocks: only what stands in none is shown. */
  #depth = 0

  protected readonly host: Host

  constructor(source: string, names: Names, random: { current: Random }) {
    super(source, names)
    this.#evaluated = source
    this.host = {
      print: (text) => this.#output({ kind: 'printed', text, line: this.line }),
      show: (picture) => this.#output({ kind: 'picture', picture, line: this.line }),
      random: () => random.current,
      seed: (seed) => {
        random.current = new Random(seed >>> 0)
      },
    }
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      const flow = this.at(statement, () => this.#statement(statement))
      if (flow === null) continue
      const what = flow.kind === 'return' ? 'return stands outside of a function' : `${flow.kind} stands outside of a loop` // prettier-ignore
      throw new Mistake('tensor/syntax', `${what}.`).at(this.source, statement)
    }
  }

  #output(output: Output): void {
    const last = this.outputs.at(-1)
    if (output.kind === 'printed' && last?.kind === 'printed' && last.text.length < 10_000) {
      this.outputs[this.outputs.length - 1] = { ...last, text: last.text + output.text }
    } else if (this.outputs.length < MOST_OUTPUTS) this.outputs.push(output)
  }

  // Statements

  protected block(statements: readonly Statement[]): Flow {
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
    if (this.source === this.#evaluated) this.line = lineAndColumn(this.source, statement.start).line
    switch (statement.kind) {
      case 'expression':
        this.#show(statement.value, statement.silent)
        return null
      case 'assign': {
        const value = this.evaluate(statement.value)
        for (const target of statement.targets) this.assign(target, value)
        return null
      }
      case 'augmented':
        this.#augment(statement.target, statement.operator, statement.value, statement.sign, statement)
        return null
      case 'function': {
        const { name, parameters, body, start, end } = statement
        this.setName(name, this.makeFunction(name, parameters, { statements: body }, { start, end }))
        return null
      }
      case 'return':
        return { kind: 'return', value: statement.value === null ? none : this.evaluate(statement.value) }
      case 'for': {
        const { iterable, target, body } = statement
        for (const item of this.items(iterable, 'for')) {
          tick()
          this.assign(target, item)
          const flow = this.block(body)
          if (flow?.kind === 'return') return flow
          if (flow?.kind === 'break') break
        }
        return null
      }
      case 'while':
        while (this.at(statement.test, () => isTrue(this.evaluate(statement.test)))) {
          tick()
          const flow = this.block(statement.body)
          if (flow?.kind === 'return') return flow
          if (flow?.kind === 'break') break
        }
        return null
      case 'if': {
        const yes = this.at(statement.test, () => isTrue(this.evaluate(statement.test)))
        return this.block(yes ? statement.body : statement.otherwise)
      }
      case 'with': {
        const context = this.evaluate(statement.context)
        if (context.kind === 'noGrad') return withoutRecording(() => this.block(statement.body))
        throw new Mistake('tensor/wrong-type', `with works with torch.no_grad() here, and this is ${describe(context)}.`).at(this.source, statement.context) // prettier-ignore
      }
      case 'nothing':
        return null
      case 'break':
      case 'continue':
        return { kind: statement.kind }
    }
  }

  #show(expression: Expression, silent: boolean): void {
    const value = this.evaluate(expression)
    const shown = !silent && value.kind !== 'none' && this.#depth === 0 && !changesInPlace(expression)
    if (!shown) return
    const text = this.source.slice(expression.start, expression.end)
    this.#output({ kind: 'value', value, text, line: this.line })
  }

  protected setName(name: string, value: Value): void {
    const scope = this.scopes.at(-1) ?? this.names.own
    scope.set(name, value)
  }

  protected assign(target: Expression, value: Value): void {
    if (target.kind === 'name') this.setName(target.name, value)
    else if (target.kind === 'tuple' || target.kind === 'list') {
      const items = this.at(target, () => itemsOf(value, 'Giving values to several names'))
      if (items.length !== target.items.length) {
        throw new Mistake(
          'tensor/wrong-value',
          `${target.items.length} names stand on the left, and ${items.length} values on the right. There must be as many.`,
        ).at(this.source, target)
      }
      target.items.forEach((part, index) => {
        this.assign(part, items[index] ?? none)
      })
    } else if (target.kind === 'index') {
      const object = this.evaluate(target.object)
      const key = this.evaluate(target.key)
      this.at(target, () => {
        assignItem(object, key, value)
      })
    } else if (target.kind === 'attribute') {
      const object = this.evaluate(target.object)
      this.at(target, () => {
        assignMember(object, target.name, value)
      })
    } else throw new Mistake('tensor/syntax', 'Only a name or a place can be given a value.').at(this.source, target)
  }

  /** `x += y`: tensors are changed in place, as in PyTorch, everything else is bound anew. */
  #augment(target: Expression, operator: BinaryOperator, right: Expression, sign: Place, whole: Place): void {
    if (target.kind === 'tuple' || target.kind === 'list') {
      throw new Mistake('tensor/syntax', 'Several names cannot be changed at once with this sign.').at(this.source, target) // prettier-ignore
    }
    const part = target.kind === 'index' ? this.evaluate(target.object) : null
    const current = part?.kind === 'tensor' ? withoutRecording(() => this.evaluate(target)) : this.evaluate(target)
    const other = this.evaluate(right)
    if (current.kind !== 'tensor') {
      this.assign(target, this.binary(operator, current, other, sign, whole))
      return
    }
    // What has a past is bound anew, so that the past stays true.
    const follows = current.origin !== null || (other.kind === 'tensor' && other.requiresGrad)
    if (follows && target.kind === 'name') {
      this.assign(target, this.binary(operator, current, other, sign, whole))
      return
    }
    this.at(whole, () => {
      if (target.kind !== 'index') refuseLeaf(current)
      const changed = withoutRecording(() => this.binary(operator, current, other, sign, whole))
      if (changed.kind !== 'tensor') throw new Mistake('tensor/wrong-type', 'This gives no tensor.')
      writeOver(current, changed)
      // A mask or a list of places gave a copy, which goes back to where it came from.
      if (part?.kind === 'tensor' && target.kind === 'index') {
        withoutRecording(() => {
          assignItem(part, this.evaluate(target.key), current)
        })
      }
    })
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
