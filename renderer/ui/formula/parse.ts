/**
 * Formulas: from the part of TeX that Inkling's formulas use to a tree. To add a sign: an entry in one of the tables; to add a
 * command with arguments: a case in `command`, and how it is drawn and read aloud.
 */

export type Sign = 'letter' | 'number' | 'word' | 'operator' | 'relation' | 'plain' | 'big'

export type Node =
  | { readonly kind: 'sign'; readonly sign: Sign; readonly text: string }
  | { readonly kind: 'space'; readonly width: number }
  | { readonly kind: 'row'; readonly nodes: readonly Node[] }
  | { readonly kind: 'fraction'; readonly over: Node; readonly under: Node; readonly small: boolean }
  | { readonly kind: 'root'; readonly inside: Node }
  | { readonly kind: 'mean'; readonly inside: Node }
  | { readonly kind: 'script'; readonly base: Node; readonly sub: Node | null; readonly sup: Node | null }
  | { readonly kind: 'fence'; readonly left: string; readonly right: string; readonly inside: Node }
  | { readonly kind: 'cases'; readonly rows: readonly (readonly Node[])[] }

const signs: Readonly<Record<string, readonly [Sign, string]>> = {
  '\\alpha': ['letter', 'α'],
  '\\beta': ['letter', 'β'],
  '\\gamma': ['letter', 'γ'],
  '\\eta': ['letter', 'η'],
  '\\lambda': ['letter', 'λ'],
  '\\ell': ['letter', 'ℓ'],
  '\\partial': ['plain', '∂'],
  '\\top': ['plain', '⊤'],
  '\\circlearrowleft': ['plain', '↺'],
  '\\sum': ['big', '∑'],
  '\\cdot': ['operator', '·'],
  '\\times': ['operator', '×'],
  '\\odot': ['operator', '⊙'],
  '\\star': ['operator', '⋆'],
  '\\leftarrow': ['relation', '←'],
  '\\sim': ['relation', '∼'],
  '\\ne': ['relation', '≠'],
  '\\log': ['word', 'log'],
  '\\max': ['word', 'max'],
  '\\tanh': ['word', 'tanh'],
  '+': ['operator', '+'],
  '-': ['operator', '−'],
  '*': ['operator', '∗'],
  '/': ['operator', '/'],
  '=': ['relation', '='],
  '<': ['relation', '<'],
  '>': ['relation', '>'],
}

/** In em. */
const spaces: Readonly<Record<string, number>> = { '\\,': 0.17, '\\;': 0.28, '\\ ': 0.25, '\\quad': 1 }

const token = /\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S/g

/** Throws a plain Error, which is a bug: formulas are written by the program. */
export function parseFormula(tex: string): Node {
  const parser = new Parser(tex.match(token) ?? [], tex)
  const row = parser.row()
  if (!parser.atEnd) throw new Error(`a formula ends too early: ${tex}`)
  return row
}

class Parser {
  readonly #tokens: readonly string[]
  readonly #tex: string
  #place = 0

  constructor(tokens: readonly string[], tex: string) {
    this.#tokens = tokens
    this.#tex = tex
  }

  get atEnd(): boolean {
    return this.#place >= this.#tokens.length
  }

  /** Up to what ends it: a brace, `\right`, `&`, a double backslash, `\end`. */
  row(): Node {
    const nodes: Node[] = []
    while (!this.atEnd && !ends.has(this.#tokens[this.#place] ?? '')) nodes.push(this.#scripted(this.#one(nodes)))
    const [only] = nodes
    return nodes.length === 1 && only !== undefined ? only : { kind: 'row', nodes }
  }

  #take(): string {
    const taken = this.#tokens[this.#place]
    if (taken === undefined) throw new Error(`a formula lacks its end: ${this.#tex}`)
    this.#place += 1
    return taken
  }

  #accept(wanted: string): boolean {
    const found = this.#tokens[this.#place] === wanted
    if (found) this.#place += 1
    return found
  }

  #expect(wanted: string): void {
    if (!this.#accept(wanted)) throw new Error(`a formula lacks ${wanted}: ${this.#tex}`)
  }

  /** What stands in braces, or a single sign. */
  #argument(): Node {
    if (!this.#accept('{')) return this.#one([])
    const inside = this.row()
    this.#expect('}')
    return inside
  }

  #word(): string {
    this.#expect('{')
    let text = ''
    while (!this.#accept('}')) text += this.#take()
    return text
  }

  #one(before: readonly Node[]): Node {
    const taken = this.#take()
    if (taken === '{') {
      this.#place -= 1
      return this.#argument()
    }
    const known = signs[taken]
    if (known !== undefined) {
      const [sign, text] = known
      // A minus or plus with nothing before it to be added to belongs to what follows.
      return { kind: 'sign', sign: sign === 'operator' && startsAnew(before) ? 'plain' : sign, text }
    }
    const width = spaces[taken]
    if (width !== undefined) return { kind: 'space', width }
    if (taken.startsWith('\\')) return this.#command(taken)
    if (/^\d/.test(taken)) return { kind: 'sign', sign: 'number', text: taken }
    return { kind: 'sign', sign: /^[A-Za-z]$/.test(taken) ? 'letter' : 'plain', text: taken }
  }

  #command(name: string): Node {
    switch (name) {
      case '\\frac':
      case '\\tfrac': {
        const over = this.#argument()
        return { kind: 'fraction', over, under: this.#argument(), small: name === '\\tfrac' }
      }
      case '\\sqrt':
        return { kind: 'root', inside: this.#argument() }
      case '\\overline':
        return { kind: 'mean', inside: this.#argument() }
      case '\\operatorname':
      case '\\mathrm':
        return { kind: 'sign', sign: 'word', text: this.#word() }
      case '\\mathrel':
        return { kind: 'sign', sign: 'relation', text: this.#word() }
      case '\\left': {
        const left = this.#take()
        const inside = this.row()
        this.#expect('\\right')
        return { kind: 'fence', left, right: this.#take(), inside }
      }
      case '\\begin':
        return this.#cases()
      default:
        throw new Error(`no formula has ${name} so far: ${this.#tex}`)
    }
  }

  #cases(): Node {
    if (this.#word() !== 'cases') throw new Error(`a formula has cases alone: ${this.#tex}`)
    const rows: Node[][] = [[]]
    while (!this.#accept('\\end')) {
      rows.at(-1)?.push(this.row())
      if (this.#accept('\\\\')) rows.push([])
      else if (!this.#accept('&') && this.#tokens[this.#place] !== '\\end') this.#take()
    }
    this.#word()
    return { kind: 'cases', rows }
  }

  #scripted(base: Node): Node {
    let sub: Node | null = null
    let sup: Node | null = null
    for (;;) {
      if (this.#accept('_')) sub = this.#argument()
      else if (this.#accept('^')) sup = this.#argument()
      else if (this.#accept("'")) sup = { kind: 'sign', sign: 'plain', text: '′' }
      else break
    }
    return sub === null && sup === null ? base : { kind: 'script', base, sub, sup }
  }
}

const ends: ReadonlySet<string> = new Set(['}', '\\right', '&', '\\\\', '\\end'])

function startsAnew(before: readonly Node[]): boolean {
  const last = before.at(-1)
  if (last === undefined) return true
  return last.kind === 'sign' && (last.sign === 'operator' || last.sign === 'relation' || '([,'.includes(last.text))
}
