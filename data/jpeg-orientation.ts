/**
 * The orientation that cameras write beside a JPEG's pixels: a phone stores what its sensor saw, and in the Exif data how it was held
 * (CIPA DC-008, 4.6.4, tag 274). A digit on its side would be another picture.
 */
import type { Picture } from './picture.ts'

const APP1 = 0xe1
const SCAN = 0xda
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0] as const
const ORIENTATION = 0x112
/** Type of a whole number of 16 bits. */
const SHORT = 3
const ENTRY_LENGTH = 12

/** 1 (as it is) to 8, as the file says; 1 where it says nothing, or nonsense. */
export function orientationOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === SCAN) return 1
    const length = view.getUint16(at + 2)
    const content = bytes.subarray(at + 4, at + 2 + length)
    if (marker === APP1 && EXIF.every((value, index) => content[index] === value)) {
      return inTiff(content.subarray(EXIF.length))
    }
    at += 2 + length
  }
  return 1
}

/** Reads the first directory of the TIFF structure that Exif data is. */
function inTiff(tiff: Uint8Array): number {
  if (tiff.length < 8) return 1
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const little = tiff[0] === 0x49
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return 1
  const entries = view.getUint16(directory, little)
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * ENTRY_LENGTH
    if (at + ENTRY_LENGTH > tiff.length) return 1
    if (view.getUint16(at, little) !== ORIENTATION) continue
    const value = view.getUint16(at + 8, little)
    return view.getUint16(at + 2, little) === SHORT && value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** The picture as it was seen. Orientations from 5 on exchange width and height. */
export function oriented(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture
  const { width, height } = picture
  const lies = orientation >= 5
  const [across, down] = lies ? [height, width] : [width, height]
  // Of a pixel in the result, its place in the file: mirrored along x, along y.
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBottom = [3, 4, 6, 7].includes(orientation)
  const data = new Uint8Array(picture.data.length)
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      const [x, y] = lies ? [row, column] : [column, row]
      const from = 4 * ((fromBottom ? height - 1 - y : y) * width + (fromRight ? width - 1 - x : x))
      const to = 4 * (row * across + column)
      data[to] = picture.data[from] ?? 0
      data[to + 1] = picture.data[from + 1] ?? 0
      data[to + 2] = picture.data[from + 2] ?? 0
      data[to + 3] = picture.data[from + 3] ?? 0
    }
  }
  return { width: across, height: down, data }
}
