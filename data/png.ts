/** PNG pictures of any kind: gray, color, palette, with or without transparency, 1 to 16 bits. */
import { decode, type DecodedPng } from 'fast-png'
import { AppError } from './error.ts'
import type { Bitmap } from './ink/index.ts'
import { inkOf, type Picture } from './picture.ts'
import { essentialPng, type PngHeader } from './png-chunks.ts'
import { unfilterRows } from './png-rows.ts'

/**
 * The gray ink of a PNG, 0 background to 255 ink. `name` is what errors call it.
 * @throws image/unreadable, image/blank where nothing stands out from the background
 */
export function readPng(bytes: Uint8Array, name: string): Bitmap {
  const { width, height, data } = inkOf(decodePng(bytes, name), name)
  return { width, height, data }
}

/**
 * The pixels of a PNG. @throws image/unreadable
 */
export function decodePng(bytes: Uint8Array, name: string): Picture {
  const { header, png, rows } = essentialPng(bytes, name)
  const { width, height } = header
  if (rows !== null) {
    const { data, channels } = rows
    const samples = unfilterRows(data, width * channels, channels, height)
    if (samples === null) throw damaged(name, 'a row has a filter that does not exist')
    return { width, height, data: toColor(samples, channels, width * height) }
  }
  let decoded: DecodedPng
  try {
    decoded = decode(png, { checkCrc: true })
  } catch (cause) {
    throw damaged(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
  return { width, height, data: pixelsOf(header, decoded, name) }
}

/** Samples of 1 (gray), 2 (and opacity), 3 (color) or 4 channels as red, green, blue and opacity. */
function toColor(samples: Uint8Array, channels: number, pixels: number): Uint8Array {
  if (channels === 4) return samples
  const data = new Uint8Array(pixels * 4)
  const color = channels >= 3
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const from = pixel * channels
    const to = pixel * 4
    data[to] = samples[from] ?? 0
    data[to + 1] = samples[color ? from + 1 : from] ?? 0
    data[to + 2] = samples[color ? from + 2 : from] ?? 0
    data[to + 3] = channels === 2 ? (samples[from + 1] ?? 0) : 255
  }
  return data
}

function damaged(name: string, reason: string, cause?: unknown): AppError {
  return new AppError('image/unreadable', `${name} is a damaged PNG picture: ${reason}. Save it again.`, {
    details: { file: name, reason },
    cause,
  })
}

/** Red, green, blue and opacity of each pixel, 0..255. */
function pixelsOf({ width, height, indexed }: PngHeader, decoded: DecodedPng, name: string): Uint8Array {
  const { channels, depth, data } = decoded
  const pixels = new Uint8Array(width * height * 4)
  const sampleAt = sampler(data, depth, width * channels)
  const scale = 255 / (2 ** depth - 1)
  const color = channels >= 3
  const opaque = channels === 1 || channels === 3
  const key = decoded.transparency
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const first = pixel * channels
    const to = pixel * 4
    if (indexed) {
      const entry = decoded.palette?.[sampleAt(first)]
      if (entry === undefined) throw damaged(name, 'a pixel names a color that its palette lacks')
      pixels.set([entry[0] ?? 0, entry[1] ?? 0, entry[2] ?? 0, entry[3] ?? 255], to)
      continue
    }
    const red = sampleAt(first)
    const green = color ? sampleAt(first + 1) : red
    const blue = color ? sampleAt(first + 2) : red
    const hidden = key !== undefined && red === key[0] && (!color || (green === key[1] && blue === key[2]))
    pixels[to] = Math.round(red * scale)
    pixels[to + 1] = Math.round(green * scale)
    pixels[to + 2] = Math.round(blue * scale)
    pixels[to + 3] = opaque ? (hidden ? 0 : 255) : Math.round(sampleAt(first + channels - 1) * scale)
  }
  return pixels
}

/** Sample i of the picture; below 8 bits several stand in one byte, and each row begins with a byte of its own. */
function sampler(data: DecodedPng['data'], depth: number, perRow: number): (index: number) => number {
  if (depth >= 8) return (index) => data[index] ?? 0
  const perByte = 8 / depth
  const rowBytes = Math.ceil(perRow / perByte)
  const mask = 2 ** depth - 1
  return (index) => {
    const row = Math.floor(index / perRow)
    const column = index % perRow
    const byte = data[row * rowBytes + Math.floor(column / perByte)] ?? 0
    return (byte >> (8 - depth * ((column % perByte) + 1))) & mask
  }
}
