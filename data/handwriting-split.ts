/**
 * Which drawings are put aside as test images. It is decided once, when a drawing gets its label, and kept with it: what a model was
 * tested on is never learned from later, whatever is drawn, removed or relabeled.
 */
import type { Split } from './image-set.ts'
import { scramble } from './scramble.ts'

/** Part of the drawings that is put aside as test images. */
export const HELD_OUT = 0.2
const SEED = 4

/** Drawings of one label that are here. */
export type LabelCount = { readonly all: number; readonly test: number }

/**
 * For the next drawing of a label: the third, the eighth, the thirteenth, ... are put aside, so that three of a digit have one to be
 * tested on. A gap that a removed test image has left is filled by the next one.
 */
export function nextSplit({ all, test }: LabelCount): Split {
  return test < Math.round((all + 1) * HELD_OUT) ? 'test' : 'train'
}

/** For drawings of libraries that did not keep it yet: about a fifth, by the drawing's number alone. */
export function splitByNumber(id: number): Split {
  return scramble(id, SEED) < HELD_OUT * 2 ** 32 ? 'test' : 'train'
}
