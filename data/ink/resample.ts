/** Changing the size of a bitmap: by area average, as MNIST was made, or by picking single pixels. */

import { createBitmap } from './bitmap.ts'
import type { Bitmap } from './bitmap.ts'

/** The size that brings the longer side of width x height to `side`, in whole pixels, at least 1. */
export function sizeInBox(width: number, height: number, side: number): { width: number; height: number } {
  const longest = Math.max(width, height)
  return {
    width: Math.max(1, Math.round((side * width) / longest)),
    height: Math.max(1, Math.round((side * height) / longest)),
  }
}

/**
 * Each new pixel is the mean of the rectangle of old pixels that it covers, parts of pixels counted by their area;
 * larger and smaller are one rule. First along the rows, then down the columns.
 */
export function areaAverage(bitmap: Bitmap, width: number, height: number): Bitmap {
  const result = createBitmap(width, height)
  const stepX = bitmap.width / width
  const stepY = bitmap.height / height
  const inverseArea = 1 / (stepX * stepY)
  const row = new Float64Array(width)
  const sum = new Float64Array(width)
  let done = -1
  for (let y = 0; y < height; y++) {
    const from = y * stepY
    const to = Math.min((y + 1) * stepY, bitmap.height)
    sum.fill(0)
    for (let source = Math.floor(from); source < to - 1e-9; source++) {
      if (source !== done) sumRow(bitmap, source, stepX, row)
      done = source
      const weight = Math.min(source + 1, to) - Math.max(source, from)
      for (let x = 0; x < width; x++) sum[x] = (sum[x] ?? 0) + (row[x] ?? 0) * weight
    }
    for (let x = 0; x < width; x++) result.data[y * width + x] = Math.round((sum[x] ?? 0) * inverseArea)
  }
  return result
}

/** Sums of row `y` over the stretches of `step` old pixels that the new pixels cover. */
function sumRow(bitmap: Bitmap, y: number, step: number, sums: Float64Array): void {
  const { width, data } = bitmap
  const start = y * width
  for (let x = 0; x < sums.length; x++) {
    const from = x * step
    const to = Math.min((x + 1) * step, width)
    const first = Math.floor(from)
    const last = Math.min(Math.ceil(to - 1e-9), width) - 1
    let sum = 0
    if (first >= last) sum = (data[start + first] ?? 0) * (to - from)
    else {
      sum = (data[start + first] ?? 0) * (first + 1 - from) + (data[start + last] ?? 0) * (to - last)
      for (let source = first + 1; source < last; source++) sum += data[start + source] ?? 0
    }
    sums[x] = sum
  }
}

/** Each new pixel is the old pixel under its center: hard edges, thin lines may break. */
export function pickPixels(bitmap: Bitmap, width: number, height: number): Bitmap {
  const result = createBitmap(width, height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * bitmap.height) / height) * bitmap.width
    for (let x = 0; x < width; x++) {
      result.data[y * width + x] = bitmap.data[row + Math.floor(((x + 0.5) * bitmap.width) / width)] ?? 0
    }
  }
  return result
}
