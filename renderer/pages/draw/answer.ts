/** The Draw page's one sentence: who reads what, and who disagrees with the most accurate model. Pure, so that it is tested as text. */
import type { ModelInfo, Prediction } from '../../../main/contract/types.ts'
import { articleFor, listed, numberWord, numberWordCapital } from '../../ui/format.ts'

/** A model and what it answered; null while it has not. */
export type Column = { readonly model: ModelInfo; readonly prediction: Prediction | null }

/** Plain text, the answer in bold, or a disagreeing answer in highlighter. */
export type Part = { readonly text: string; readonly kind: 'plain' | 'answer' | 'marked' }

const plain = (text: string): Part => ({ text, kind: 'plain' })

/** 12 for the model of run 12; null for other models. */
export function runNumber(model: ModelInfo): number | null {
  const digits = /^run-(\d+)$/.exec(model.id)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Short name for headings. */
export function shortTitle(model: ModelInfo): string {
  if (model.id === 'average-l1') return 'L1'
  if (model.id === 'average-rmse') return 'RMSE'
  const run = runNumber(model)
  return run === null ? model.title : `Run ${run}`
}

/** Name within a sentence: "the L1 average", "the LeNet", "run 12". */
export function nameInSentence(model: ModelInfo): string {
  if (model.kind === 'average') return `the ${shortTitle(model)} average`
  const run = runNumber(model)
  if (run !== null) return `run ${run}`
  // "the small net", but "the LeNet".
  const isName = /^\S*[a-z]\S*[A-Z]/.test(model.title)
  return `the ${isName ? model.title : model.title.toLowerCase()}`
}

/** The model whose answer counts: it knows the most digits, and among those it is the most accurate. */
export function mostAccurate(columns: readonly Column[]): Column | null {
  let best: Column | null = null
  for (const column of columns) {
    if (column.prediction === null) continue
    if (best === null || rank(column.model) >= rank(best.model)) best = column
  }
  return best
}

function rank(model: ModelInfo): number {
  return model.digits.length * 10 + (model.kind === 'trained' ? 1 : 0) + (model.accuracy ?? 0) / 2
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** "All four models read a 7." or "Two of five models read a 7. Both averages see a 1, the linear model a 9." */
export function composeAnswer(columns: readonly Column[]): readonly Part[] {
  const answered = columns.filter((column) => column.prediction !== null)
  const best = mostAccurate(answered)
  const digit = best?.prediction?.digit
  if (best === null || digit === undefined) return [plain(waitingSentence(columns.length))]
  const agreeing = answered.filter((column) => column.prediction?.digit === digit)
  const parts: Part[] = []
  if (agreeing.length === answered.length) {
    const all = answered.length === 2 ? 'Both models' : `All ${numberWord(answered.length)} models`
    const who = answered.length === 1 ? capital(nameInSentence(best.model)) : all
    return [
      plain(`${who} ${answered.length === 1 ? 'reads' : 'read'} ${articleFor(digit)} `),
      { text: String(digit), kind: 'answer' },
      plain('.'),
    ]
  }
  const verb = agreeing.length === 1 ? 'reads' : 'read'
  const who =
    agreeing.length === 1
      ? `Only ${nameInSentence(best.model)}`
      : `${numberWordCapital(agreeing.length)} of ${numberWord(answered.length)} models`
  parts.push(plain(`${who} ${verb} ${articleFor(digit)} `), { text: String(digit), kind: 'answer' }, plain('. '))
  groupsByAnswer(answered, digit).forEach(([other, names], index) => {
    const names_ = listed(names)
    const see = index > 0 ? '' : names.length === 1 && names[0] !== 'both averages' ? ' sees' : ' see'
    parts.push(plain(`${index === 0 ? capital(names_) : `, ${names_}`}${see} ${articleFor(other)} `))
    parts.push({ text: String(other), kind: 'marked' })
  })
  parts.push(plain('.'))
  return parts
}

/** The disagreeing answers in the columns' order, each with the names that gave it; two like averages become "both averages". */
function groupsByAnswer(columns: readonly Column[], digit: number): [answer: number, names: string[]][] {
  const groups = new Map<number, Column[]>()
  for (const column of columns) {
    const answer = column.prediction?.digit
    if (answer === undefined || answer === digit) continue
    groups.set(answer, [...(groups.get(answer) ?? []), column])
  }
  return [...groups].map(([answer, members]) => {
    const averages = members.filter(({ model }) => model.kind === 'average')
    const others = members.filter(({ model }) => model.kind !== 'average').map(({ model }) => nameInSentence(model))
    const first = averages.length === 2 ? ['both averages'] : averages.map(({ model }) => nameInSentence(model))
    return [answer, [...first, ...others]]
  })
}

/** For the empty canvas. */
export function waitingSentence(models: number): string {
  if (models === 0) return 'Nobody yet: draw one, and the models answer while you draw.'
  return `Nobody yet: draw one, and ${numberWord(models)} models answer while you draw.`
}
