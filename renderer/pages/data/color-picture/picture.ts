/** A color picture as three matrices: how much red, green and blue light each pixel gives. No React. */

export const channels = ['red', 'green', 'blue'] as const
export type Channel = (typeof channels)[number]
export const channelTitles: Readonly<Record<Channel, string>> = { red: 'Red', green: 'Green', blue: 'Blue' }

/** Each matrix holds `rows` x `columns` values, 0 to 255, row by row. */
export type ColorPicture = { readonly rows: number; readonly columns: number } & Readonly<Record<Channel, Uint8Array>>

/** Cells of a matrix, first and last included. */
export type Cells = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number }

/** The most rows and columns whose numbers can be looked at. */
export const LONGEST_SIDE = 32

/** A picture from pixels as a canvas has them, `[rows x columns x 4]`. */
export function pictureFromPixels(pixels: ArrayLike<number>, rows: number, columns: number): ColorPicture {
  const channel = (offset: number): Uint8Array =>
    Uint8Array.from({ length: rows * columns }, (_, index) => pixels[index * 4 + offset] ?? 0)
  return { rows, columns, red: channel(0), green: channel(1), blue: channel(2) }
}

/** The light of the channels that are on, added up, as a canvas takes it. */
export function pixelsOf(
  picture: ColorPicture,
  on: Readonly<Record<Channel, boolean>>,
): Uint8ClampedArray<ArrayBuffer> {
  const count = picture.rows * picture.columns
  const pixels = new Uint8ClampedArray(count * 4)
  for (let index = 0; index < count; index += 1) {
    for (const [offset, channel] of channels.entries()) {
      pixels[index * 4 + offset] = on[channel] ? (picture[channel][index] ?? 0) : 0
    }
    pixels[index * 4 + 3] = 255
  }
  return pixels
}

/** The same picture with one value over some cells of one matrix. */
export function withValue(picture: ColorPicture, channel: Channel, cells: Cells, value: number): ColorPicture {
  const changed = picture[channel].slice()
  const kept = Math.max(0, Math.min(255, Math.round(value)))
  for (let row = cells.top; row <= cells.bottom; row += 1) {
    changed.fill(kept, row * picture.columns + cells.left, row * picture.columns + cells.right + 1)
  }
  return { ...picture, [channel]: changed }
}

/** The value of these cells, or null where they differ. */
export function commonValue(picture: ColorPicture, channel: Channel, cells: Cells): number | null {
  const first = picture[channel][cells.top * picture.columns + cells.left] ?? 0
  for (let row = cells.top; row <= cells.bottom; row += 1) {
    for (let column = cells.left; column <= cells.right; column += 1) {
      if (picture[channel][row * picture.columns + column] !== first) return null
    }
  }
  return first
}

/** The built-in picture, 16 x 16: an evening sun over the sea, and a boat with a sail. Drawn by rule. */
export function samplePicture(): ColorPicture {
  const pixels = new Uint8ClampedArray(SAMPLE_SIDE * SAMPLE_SIDE * 4)
  for (let row = 0; row < SAMPLE_SIDE; row += 1) {
    for (let column = 0; column < SAMPLE_SIDE; column += 1) {
      pixels.set([...colorAt(row, column), 255], (row * SAMPLE_SIDE + column) * 4)
    }
  }
  return pictureFromPixels(pixels, SAMPLE_SIDE, SAMPLE_SIDE)
}

type Color = readonly [red: number, green: number, blue: number]

/** Rows and columns of the built-in picture, and the first row of its sea. */
const SAMPLE_SIDE = 16
const HORIZON = 10

function colorAt(row: number, column: number): Color {
  const fromSun = Math.hypot(row - 5.5, column - 11)
  // The boat: hull, mast, sail.
  if (row === 11 && column >= 2 && column <= 7) return [110, 60, 35]
  if (row === 12 && column >= 3 && column <= 6) return [90, 45, 25]
  if (column === 4 && row >= 4 && row < 11) return [70, 50, 40]
  if (column > 4 && column <= 4 + (row - 4) / 1.6 && row >= 5 && row < 11) return [250, 245, 230]
  if (row < HORIZON) {
    if (fromSun < 2.6) return [255, 235, 130]
    const height = row / HORIZON
    const glow = Math.max(0, 1 - fromSun / 9)
    return [90 + 130 * height + 40 * glow, 120 + 45 * height + 30 * glow, 200 - 70 * height]
  }
  const glint = Math.abs(column - 11) <= 1 && (row + column) % 2 === 0
  if (glint) return [255, 200, 120]
  const depth = (row - HORIZON) / (SAMPLE_SIDE - HORIZON)
  return [40 - 20 * depth, 110 - 40 * depth, 150 - 30 * depth + ((row * 7 + column * 3) % 5) * 4]
}
