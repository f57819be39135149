/** What the panel of weights says: its title, the names of units and layers, and which of them hardly fire. */
import type { Firing, RunSummary, WeightPictures } from '../../../main/contract/types.ts'
import { hasSingleOutput, isConvolutional, layerSizes } from '../../../native/learn/specification.ts'
import type { RunSpecification } from '../../../native/learn/specification.ts'
import { decimals, listed, signed, thousands } from '../../ui/format.ts'

/** What the pictures are of. */
export type Subject = {
  readonly kind: 'unit' | 'kernel' | 'digit' | 'output'
  readonly count: number
  /** Kernels of the second convolution; 0 where there is none. */
  readonly second: number
}

/** Known before the first picture is here. */
export function subjectOf(specification: RunSpecification, pictures: WeightPictures | null): Subject {
  const { model } = specification
  if (isConvolutional(model)) {
    const second = model === 'resnet' ? 0 : 16
    return { kind: 'kernel', count: pictures?.count ?? 8, second: pictures?.second?.count ?? second }
  }
  const sizes = layerSizes(specification)
  const count = pictures?.count ?? sizes[1] ?? 10
  if (sizes.length > 2) return { kind: 'unit', count, second: 0 }
  return { kind: hasSingleOutput(specification) ? 'output' : 'digit', count, second: 0 }
}

/** `30 hidden units`, to go after "of the". */
export function subjectWords({ kind, count, second }: Subject): string {
  switch (kind) {
    case 'unit':
      return `${thousands(count)} hidden units`
    case 'kernel':
      return second > 0 ? `${count} and ${second} kernels` : `first ${count} kernels`
    case 'digit':
      return `${count === 10 ? 'ten' : thousands(count)} digits`
    case 'output':
      return 'one output'
  }
}

/** `unit 14`, `digit 3`, `the output for 3` */
export function pictureName({ kind }: Subject, label: string): string {
  return kind === 'output' ? `the output for ${label}` : `${kind} ${label}`
}

/** Below this share a unit hardly fires, and is marked. */
const HARDLY = Math.fround(0.01)

export const hardlyFires = (share: number): boolean => share < HARDLY

/** `0.1 %`, `12 %` */
export function percentText(share: number): string {
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return 'less than 0.1\u00a0%'
  if (share < 1 && percent >= 99.95) return 'almost 100\u00a0%'
  return `${decimals(percent, percent < 10 || percent > 99 ? 1 : 0).replace(/\.0$/, '')}\u00a0%`
}

const saturates = ({ function: what }: Firing): boolean => what !== 'relu'

/** `fires on 0.1 %`, `is saturated on 99 %`; of a kernel `in`. */
export function firingWords(firing: Firing, { kind }: Pick<Subject, 'kind'>, share: number): string {
  const where = kind === 'kernel' ? 'in' : 'on'
  if (saturates(firing)) return share === 0 ? 'is always saturated' : `is saturated on ${percentText(1 - share)}`
  return share === 0 ? 'never fires' : `fires ${where} ${percentText(share)}`
}

/** What the line below a picture is, without what it is the share of first. */
export function lineWords(firing: Firing, { kind }: Subject): string {
  const images = `${thousands(firing.images)} test images`
  if (kind === 'kernel') return `share of the places in ${images} where it fires.`
  return saturates(firing)
    ? `share of ${images} on which it is not saturated.`
    : `share of ${images} on which it fires.`
}

export type Marked = { readonly who: string; readonly does: string }

const NAMED = 3

/** Those that hardly fire, in words with a number; null where all do. */
export function markedWords(
  firing: Firing,
  subject: Pick<Subject, 'kind'>,
  shares: Float32Array,
  names: { readonly one: string; readonly many: string },
): Marked | null {
  const marked = [...shares.entries()].filter(([, share]) => hardlyFires(share))
  const [first] = marked
  if (first === undefined) return null
  const numbers = marked.map(([index]) => String(index + 1))
  if (marked.length === 1) {
    return { who: `${names.one} ${first[0] + 1}`, does: firingWords(firing, subject, first[1]) }
  }
  if (marked.length === shares.length) {
    const most = Math.max(...shares)
    return { who: `All ${shares.length} ${names.many.toLowerCase()}`, does: pluralWords(firing, subject, most) }
  }
  const shown = numbers.length > NAMED + 1 ? [...numbers.slice(0, NAMED), `${numbers.length - NAMED} more`] : numbers
  const most = Math.max(...marked.map(([, share]) => share))
  return { who: `${names.many} ${listed(shown)}`, does: pluralWords(firing, subject, most) }
}

function pluralWords(firing: Firing, { kind }: Pick<Subject, 'kind'>, most: number): string {
  if (saturates(firing)) {
    return most === 0 ? 'are always saturated' : `are saturated on ${percentText(1 - most)} or more`
  }
  return most === 0 ? 'never fire' : `fire ${kind === 'kernel' ? 'in' : 'on'} ${percentText(most)} or less`
}

/** `+0.58`; very large and very small ends in powers of ten: `+2.0e12`. */
export function rangeText(end: number): string {
  const size = Math.abs(end)
  if (size === 0 || (size >= 0.005 && size < 10_000)) return signed(end, size > 0 && size < 0.1 ? 3 : 2)
  return `${end < 0 ? '\u2212' : '+'}${size.toExponential(1).replace('e+', 'e').replace('e-', 'e\u2212')}`
}

/** Why there is nothing to see of the present. */
export function emptyText(run: RunSummary | null): string {
  if (run === null) return 'Each picture will be the 784 weights of one output or hidden unit.'
  if (run.state === 'preparing' || (run.state === 'paused' && run.totalSteps === 0))
    return 'The first weights are drawn once the images are read.'
  if (run.state === 'diverged') return 'The weights are no numbers any more, so none were kept.'
  if (run.state === 'interrupted') return 'The engine ended before any were kept.'
  return 'No weights were kept of this run.'
}

/** `layer1.activation` as people say it. */
export function layerWords(name: string): string {
  if (name === 'logits') return 'The outputs'
  const [part = '', inner] = name.split('.')
  const number = /\d+$/.exec(part)?.[0] ?? ''
  if (part.startsWith('layer')) return `Layer ${number}`
  if (part.startsWith('conv')) return `Convolution ${number}`
  if (part === 'stem') return 'First convolution'
  return inner === 'activation' ? `Block ${number}` : `Inside block ${number}`
}
