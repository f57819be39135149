/** EMNIST, whose files hold every image on its side, and labels that are numbers of letters (nist.gov/itl/products-and-services/emnist-dataset). */
import { SIDE } from '../image-set.ts'

const digits = Array.from('0123456789')
const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
/** 47 classes, where small letters that look like their capitals are one with them. */
const merged = [...digits, ...letters, ...Array.from('abdefghnqrt')]

/** Classes by the name of the set, index = label. The letters count from 1. */
const classesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['digits', digits],
  ['mnist', digits],
  ['letters', ['N/A', ...letters]],
  ['balanced', merged],
  ['bymerge', merged],
  ['byclass', [...digits, ...letters, ...letters.map((letter) => letter.toLowerCase())]],
])

export type Emnist = { readonly classes: readonly string[] }

/** What is known of a file by its name, such as `emnist-letters-train-images-idx3-ubyte.gz`; null for files of other sets. */
export function emnistOf(path: string): Emnist | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const found = /^emnist[-_. ](digits|mnist|letters|balanced|bymerge|byclass)/.exec(name)
  const classes = classesOf.get(found?.[1] ?? '')
  return classes === undefined ? null : { classes }
}

/** Told with the import, since a person may have turned the images before. */
export const EMNIST_NOTE =
  'The files of EMNIST hold every image on its side; they were turned upright. If they lie on their side now, give the files names without "emnist" and import them again.'

/** An image mirrored along its diagonal, `[side x side]`. */
export function turned(pixels: Uint8Array, side = SIDE): Uint8Array {
  return pixels.map((_, at) => pixels[(at % side) * side + Math.floor(at / side)] ?? 0)
}
