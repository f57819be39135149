/** Drawings as vectors, the form in which ink is kept, sent and exchanged (PRODUCT: JSON lines of strokes). */

/** `[x, y, pressure?, time?]`: x to the right and y down in canvas units, pressure 0..1, time in milliseconds. */
export type Point = readonly [x: number, y: number, pressure?: number, time?: number]

/** One pen-down to pen-up; a single point is a dot. */
export type Stroke = readonly Point[]

export type Drawing = {
  /** The digit 0..9 that was meant, or null when unknown. */
  readonly label: number | null
  readonly strokes: readonly Stroke[]
  /** Size of the canvas that the coordinates refer to. */
  readonly width: number
  readonly height: number
}

/** Of one drawing, all strokes together: minutes of a fast pen. More is no drawing, and each point is inked again and again. */
export const MOST_POINTS = 50_000
