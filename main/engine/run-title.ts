/** How a run is called until a person names it: `Small net, 3 and 7, learning rate 0.1`. */
import { models, type RunSpecification } from '../../native/learn/specification.ts'

export function runTitle({ model, hidden, digits, learningRate, from }: RunSpecification): string {
  const name = model === 'mlp' ? `${models.mlp.title} ${hidden.join('-')}` : models[model].title
  const origin = from === null ? '' : `, from run ${from.run} at ${from.step}`
  return `${name}, ${digitsTitle(digits)}, learning rate ${learningRate}${origin}`
}

function digitsTitle(digits: readonly number[]): string {
  if (digits.length === 10) return 'all digits'
  return `${digits.slice(0, -1).join(', ')} and ${digits.at(-1)}`
}
