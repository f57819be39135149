/** Options that several commands share. */
import { splits, type Split } from '../../data/image-set.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import { choice, text, type Option } from './options.ts'

export const dataOption = text('NAME|FOLDER', {
  description: 'A data set (mnist, synthetic, ...; see "data list") or a folder with IDX files.',
})

export const modelOption = text('starter|starter-small|FILE.onnx', {
  description: 'A model that comes with Inkling (a LeNet; a small net), or a file saved by "train --save".',
})

export const drawingsOption = text('FILE.jsonl', { description: 'Drawings as JSON lines, one a line.' })

export const splitOption: Option<Split> = choice(splits, { description: 'Half of the data set. Default: test.' })

/** `all`, or the digits in the order given. */
export type DigitChoice = 'all' | readonly number[]

export const digitsOption: Option<DigitChoice> = {
  description: 'Digits to tell apart; all means every digit that the data set has.',
  placeholder: '3,7|all',
  expected: 'all, or two to ten different digits such as 3,7',
  read: readDigits,
  fallback: 'all',
  shownDefault: 'all',
}

function readDigits(given: string): DigitChoice | null {
  if (given === 'all') return 'all'
  const parts = given.split(',')
  const valid = parts.every((part) => /^\d$/.test(part)) && parts.length >= 2 && new Set(parts).size === parts.length
  return valid ? parts.map(Number) : null
}

/** The digits that are meant, for a set with these labels: for `all` those that it has, ascending. */
export function resolveDigits(chosen: DigitChoice, labels: Uint8Array): readonly number[] {
  return chosen === 'all' ? [...new Set(labels)].sort((a, b) => a - b) : chosen
}

/** A number of threads; 0 for `auto`, as many as measure fastest. */
export function readThreads(given: string): number | null {
  if (given === 'auto') return 0
  const threads = /^\d+$/.test(given) ? Number(given) : 0
  return threads >= 1 && threads <= 64 ? threads : null
}

export const threadsOption: Option<number> = {
  description: 'Threads that compute; auto takes as many as measure fastest for this model.',
  placeholder: 'N|auto',
  expected: 'auto, or a whole number from 1 to 64',
  read: readThreads,
  fallback: defaultSpecification().threads,
  shownDefault: String(defaultSpecification().threads),
}
