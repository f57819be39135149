/** A person's own labeled drawings as a data set, "My handwriting", with the hold-out part that handwriting-split.ts decides. */
import { Breather } from './breather.ts'
import { drawingToPixels } from './ink/index.ts'
import { PIXELS, SIDE, type ImageSet, type Split } from './image-set.ts'
import type { StoredDrawing } from './library/types.ts'

/** Name of the set. */
export const HANDWRITING = 'handwriting'

/** A drawing with a label and ink. */
export type Labeled = {
  readonly id: number
  readonly label: number
  readonly split: Split
  readonly drawing: StoredDrawing['drawing']
}

/** Those that can be learned from, in their order. Blank ones are found out when they become images. */
export function labeledDrawings(drawings: readonly StoredDrawing[]): readonly Labeled[] {
  return drawings.flatMap(({ id, drawing, split }) =>
    drawing.label === null || split === null || drawing.strokes.length === 0
      ? []
      : [{ id, label: drawing.label, split, drawing }],
  )
}

/** Of drawings that were looked at before: a person adds one to a thousand, and each takes part of a millisecond. */
const known = new WeakMap<Labeled['drawing'], ReturnType<typeof drawingToPixels>>()

/** The halves as they were made last: what was measured on one holds until its own drawings change. */
export class HandwritingHalves {
  readonly #made = new Map<Split, { readonly signature: string; readonly set: ImageSet }>()

  async load(drawings: readonly Labeled[], split: Split): Promise<ImageSet> {
    const own = drawings.filter((drawing) => drawing.split === split)
    const signature = signatureOf(own)
    const made = this.#made.get(split)
    if (made?.signature === signature) return made.set
    const set = await handwritingSet(own, split)
    this.#made.set(split, { signature, set })
    return set
  }
}

/** Changes with what is learned from; the strokes of a drawing never change. */
export function signatureOf(drawings: readonly Labeled[]): string {
  return drawings.map(({ id, label }) => `${id}:${label}`).join()
}

/** The half's images as a model reads them, `[count x 28 x 28]`; `origins` are the drawings' numbers. */
export async function handwritingSet(drawings: readonly Labeled[], split: Split): Promise<ImageSet> {
  const breather = new Breather()
  const images: Uint8Array[] = []
  const labels: number[] = []
  const origins: number[] = []
  for (const { id, label, drawing, split: own } of drawings) {
    if (own !== split) continue
    const made = known.get(drawing) ?? drawingToPixels(drawing)
    known.set(drawing, made)
    const { pixels, blank } = made
    await breather.pause()
    if (blank) continue
    images.push(pixels)
    labels.push(label)
    origins.push(id)
  }
  const joined = new Uint8Array(images.length * PIXELS)
  images.forEach((pixels, index) => {
    joined.set(pixels, index * PIXELS)
  })
  return {
    images: joined,
    labels: Uint8Array.from(labels),
    origins: Uint32Array.from(origins),
    count: images.length,
    height: SIDE,
    width: SIDE,
  }
}
