/** The rows of a PNG of 8 bits a sample, freed of their filters (w3.org/TR/png-3, 9.2). For many small pictures, where a decoder for all kinds takes ten times as long. */

const NONE = 0
const SUB = 1
const UP = 2
const AVERAGE = 3
const PAETH = 4

/**
 * Samples, `[height x rowLength]`, from the unpacked data of a picture: each row has a byte for its filter before it. `step`: bytes of a
 * pixel. Null where a row has a filter that does not exist.
 */
export function unfilterRows(data: Uint8Array, rowLength: number, step: number, height: number): Uint8Array | null {
  const samples = new Uint8Array(rowLength * height)
  for (let row = 0; row < height; row += 1) {
    const from = row * (rowLength + 1)
    const to = row * rowLength
    const filter = data[from] ?? NONE
    if (filter > PAETH) return null
    for (let at = 0; at < rowLength; at += 1) {
      const left = at < step ? 0 : (samples[to + at - step] ?? 0)
      const above = row === 0 ? 0 : (samples[to + at - rowLength] ?? 0)
      const corner = row === 0 || at < step ? 0 : (samples[to + at - rowLength - step] ?? 0)
      samples[to + at] = (data[from + 1 + at] ?? 0) + predicted(filter, left, above, corner)
    }
  }
  return samples
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === SUB) return left
  if (filter === UP) return above
  if (filter === AVERAGE) return (left + above) >> 1
  return filter === PAETH ? paeth(left, above, corner) : 0
}

/** The neighbor that is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner)
  const toAbove = Math.abs(left - corner)
  const toCorner = Math.abs(left + above - 2 * corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
