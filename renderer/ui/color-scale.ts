/** The two scales that pictures use: ink (0 white, 255 black) and signed (orange below zero, white, blue above). The same in both themes. */

type Stop = readonly [position: number, red: number, green: number, blue: number]

/** The stops of --signed-* in tokens.css, at these shares of the range. */
const stops: readonly [Stop, ...Stop[]] = [
  [-1, 147, 64, 10],
  [-0.5, 221, 122, 43],
  [-0.2, 247, 205, 166],
  [0, 255, 255, 255],
  [0.2, 183, 210, 239],
  [0.5, 69, 134, 202],
  [1, 18, 63, 128],
]

const STEPS = 512
/** RGB of STEPS + 1 shares from -1 to 1. */
const signedTable = buildSignedTable()

function buildSignedTable(): Uint8ClampedArray {
  const table = new Uint8ClampedArray((STEPS + 1) * 3)
  for (let step = 0; step <= STEPS; step += 1) {
    const share = (step / STEPS) * 2 - 1
    let low = stops[0]
    let high: Stop = stops[0]
    for (const stop of stops) {
      high = stop
      if (stop[0] >= share) break
      low = stop
    }
    const span = high[0] - low[0]
    const weight = span === 0 ? 0 : (share - low[0]) / span
    table[step * 3] = low[1] + (high[1] - low[1]) * weight
    table[step * 3 + 1] = low[2] + (high[2] - low[2]) * weight
    table[step * 3 + 2] = low[3] + (high[3] - low[3]) * weight
  }
  return table
}

export type ScaleName = 'ink' | 'signed'

/**
 * Writes RGBA for each value into `target` (4 bytes a value). `range` is the value at the scale's end: black for ink, full
 * blue for signed; values beyond it are cut off, and what is not a number is painted white.
 */
export function paint(target: Uint8ClampedArray, values: ArrayLike<number>, scale: ScaleName, range: number): void {
  const safeRange = range > 0 ? range : 1
  for (let index = 0; index < values.length; index += 1) {
    const share = (values[index] ?? 0) / safeRange
    const at = index * 4
    if (scale === 'ink') {
      const gray = 255 - 255 * (Number.isNaN(share) ? 0 : share)
      target[at] = gray
      target[at + 1] = gray
      target[at + 2] = gray
    } else {
      const clipped = Number.isNaN(share) ? 0 : Math.max(-1, Math.min(1, share))
      const step = Math.round(((clipped + 1) / 2) * STEPS) * 3
      target[at] = signedTable[step] ?? 255
      target[at + 1] = signedTable[step + 1] ?? 255
      target[at + 2] = signedTable[step + 2] ?? 255
    }
    target[at + 3] = 255
  }
}
