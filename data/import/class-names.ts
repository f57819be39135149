/** Names of classes that mean digits or Fashion-MNIST's clothes, however they are spelled, so that sets of the same things fit together. */
import { digitNames, fashionNames } from '../dataset-definitions.ts'

const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
/** What file managers write behind the name of a copy. */
const copy = /( - copy| \(copy\)| copy| - kopie| \(kopie\)| \(\d\))+$/i

/** The classes by label, and where each of the source's names went. */
export type KnownClasses = { readonly classes: readonly string[]; readonly labels: ReadonlyMap<string, number> }

/** Null where the names mean something else than ten digits or ten clothes, or where some of them do. */
export function knownClasses(names: readonly string[]): KnownClasses | null {
  return matched(names, digitOf, digitNames) ?? matched(names, clothOf, fashionNames)
}

function matched(
  names: readonly string[],
  meaning: (name: string) => number | null,
  classes: readonly string[],
): KnownClasses | null {
  const labels = new Map<string, number>()
  for (const name of names) {
    const label = meaning(name)
    if (label === null) return null
    labels.set(name, label)
  }
  return { classes, labels }
}

/** `3`, `03`, `digit_3`, `Class 3`, `three`, `3 - three`, and the copies of such a folder. */
function digitOf(name: string): number | null {
  const plain = name.replace(copy, '').trim().toLowerCase()
  const word = words.indexOf(plain)
  if (word >= 0) return word
  const [, number, behind] =
    /^(?:(?:digits?|class|number|num|label|ziffer)[ _-]?)?0?(\d)(?: ?[-_] ?([a-z]+))?$/.exec(plain) ?? []
  if (number === undefined || (behind !== undefined && words[Number(number)] !== behind)) return null
  return Number(number)
}

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '')
const clothes = fashionNames.map(letters)

/** `T-shirt_top`, `ankle boot`, `AnkleBoot`. */
function clothOf(name: string): number | null {
  const plain = letters(name)
  const found = clothes.indexOf(plain)
  if (found >= 0) return found
  return plain === 'tshirttop' || plain === 'top' ? 0 : null
}
