/** The speed of training on a slider: round numbers of mini-batches a second, and full speed at its right end. */

/** Mini-batches a second; null: as many as there can be. */
export const speeds: readonly (number | null)[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, null]

/** The place of a speed on the slider, or of the round one next to it. */
export function placeOfSpeed(speed: number | null): number {
  if (speed === null) return speeds.length - 1
  const distances = speeds.map((each) => (each === null ? Infinity : Math.abs(Math.log(each / speed))))
  return distances.indexOf(Math.min(...distances))
}

/** The speed at a place of the slider. */
export function speedAt(place: number): number | null {
  return speeds[place] ?? null
}

/** `50/s`, `full` */
export function speedText(speed: number | null): string {
  return speed === null ? 'full' : `${speed.toLocaleString('en-US')}/s`
}

/** `50 mini-batches a second`, `full speed` */
export function speedWords(speed: number | null): string {
  if (speed === null) return 'full speed'
  return speed === 1 ? '1 mini-batch a second' : `${speed.toLocaleString('en-US')} mini-batches a second`
}
