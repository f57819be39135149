/** Gray pictures of any size, the form of ink between strokes and the 28 x 28 pixels that a model reads. */

/** `data` holds width x height bytes, row-major; 0 is background, 255 full ink. */
export type Bitmap = { readonly width: number; readonly height: number; readonly data: Uint8Array }

export function createBitmap(width: number, height: number): Bitmap {
  return { width, height, data: new Uint8Array(width * height) }
}

/** A rectangle of whole pixels: columns `left` to `right - 1`, rows `top` to `bottom - 1`. */
export type Bounds = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

/** The smallest rectangle that holds every pixel above 0, or null where there is none. */
export function inkBounds({ width, height, data }: Bitmap): Bounds | null {
  let left = width
  let right = 0
  let top = height
  let bottom = 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    let first = 0
    while (first < width && data[row + first] === 0) first++
    if (first === width) continue
    let last = width - 1
    while (data[row + last] === 0) last--
    if (first < left) left = first
    if (last + 1 > right) right = last + 1
    if (y < top) top = y
    bottom = y + 1
  }
  return right === 0 ? null : { left, top, right, bottom }
}

/** The part of a bitmap inside `bounds`, as a bitmap of its own. */
export function cropTo(bitmap: Bitmap, bounds: Bounds): Bitmap {
  const width = bounds.right - bounds.left
  const height = bounds.bottom - bounds.top
  const cropped = createBitmap(width, height)
  for (let y = 0; y < height; y++) {
    const start = (bounds.top + y) * bitmap.width + bounds.left
    cropped.data.set(bitmap.data.subarray(start, start + width), y * width)
  }
  return cropped
}

/** Copies `bitmap` to column `left`, row `top` of a new bitmap; what falls outside is lost. */
export function placeOn(bitmap: Bitmap, width: number, height: number, left: number, top: number): Bitmap {
  const placed = createBitmap(width, height)
  const from = Math.max(0, -left)
  const to = Math.min(bitmap.width, width - left)
  if (from >= to) return placed
  for (let y = Math.max(0, -top); y < Math.min(bitmap.height, height - top); y++) {
    placed.data.set(
      bitmap.data.subarray(y * bitmap.width + from, y * bitmap.width + to),
      (top + y) * width + left + from,
    )
  }
  return placed
}

/** The bitmap in the middle of a square as large as its longer side. */
export function squareOf(bitmap: Bitmap): Bitmap {
  const side = Math.max(bitmap.width, bitmap.height)
  const left = Math.floor((side - bitmap.width) / 2)
  const top = Math.floor((side - bitmap.height) / 2)
  return placeOn(bitmap, side, side, left, top)
}
