/** A formula in words, for those who hear it. */
import type { Node } from './parse.ts'

const words: Readonly<Record<string, string>> = {
  '−': 'minus',
  '+': 'plus',
  '·': 'times',
  '×': 'times',
  '⊙': 'times, one by one,',
  '∗': 'convolved with',
  '⋆': 'correlated with',
  '/': 'divided by',
  '=': 'equals',
  '+=': 'grows by',
  '<': 'is less than',
  '>': 'is greater than',
  '≠': 'is not',
  '∼': 'is drawn from',
  '←': 'becomes',
  '∂': 'd',
  '∑': 'the sum of',
  '⊤': 'transposed',
  '↺': 'turned around',
  η: 'eta',
  λ: 'lambda',
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  ℓ: 'l',
  '(': '',
  ')': ',',
  '[': '',
  ']': ',',
}

/** Words with single spaces between them. */
export function spoken(node: Node): string {
  return say(node)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s+,/g, ',')
    .replaceAll(/,+/g, ',')
    .replace(/[,\s]+$/, '')
    .trim()
}

function say(node: Node): string {
  switch (node.kind) {
    case 'sign':
      return words[node.text] ?? node.text
    case 'space':
      return ' '
    case 'row':
      return node.nodes.map(say).join(' ')
    case 'fraction':
      return `${say(node.over)} over ${say(node.under)},`
    case 'root':
      return `the square root of ${say(node.inside)},`
    case 'mean':
      return `the mean of ${say(node.inside)},`
    case 'fence':
      return node.left === '|' ? `the absolute value of ${say(node.inside)},` : `${say(node.inside)},`
    case 'cases':
      return node.rows.map(([value, condition]) => `${part(value)} where ${part(condition)},`).join(' ')
    case 'script':
      return scripted(node)
  }
}

const part = (node: Node | undefined): string => (node === undefined ? '' : say(node))

function scripted({ base, sub, sup }: Node & { readonly kind: 'script' }): string {
  if (base.kind === 'sign' && base.sign === 'big') return sub === null ? 'the sum of' : `the sum over ${say(sub)} of`
  const power =
    sup === null ? '' : sup.kind === 'sign' ? (raised[sup.text] ?? `to the ${say(sup)}`) : `to the ${say(sup)}`
  return `${say(base)} ${sub === null ? '' : `sub ${say(sub)}`} ${power}`
}

const raised: Readonly<Record<string, string>> = {
  '2': 'squared',
  '′': 'prime',
  '⊤': 'transposed',
  '↺': 'turned around',
}
