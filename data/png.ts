/**
 * A PNG picture of a digit as gray ink: 0 background to 255 ink. Dark ink on light paper is told from light ink on dark by
 * the picture's border, and paper that is not quite white becomes background.
 */
import { decode, type DecodedPng } from 'fast-png'
import { AppError } from './error.ts'
import type { Bitmap } from './ink/index.ts'
import { essentialPng, type PngHeader } from './png-chunks.ts'

/**
 * Reads a PNG of any kind (gray, color, palette, with or without transparency, 1 to 16 bits). `name` is what errors call it.
 * @throws image/unreadable, image/blank where nothing stands out from the background
 */
export function readPng(bytes: Uint8Array, name: string): Bitmap {
  const { header, png } = essentialPng(bytes, name)
  let decoded: DecodedPng
  try {
    decoded = decode(png, { checkCrc: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('image/unreadable', `${name} is a damaged PNG picture: ${reason}. Save it again.`, {
      details: { file: name, reason },
      cause,
    })
  }
  const layer = layerOf(header, decoded, name)
  const ink = inkOf(layer)
  if (ink === null) {
    throw new AppError(
      'image/blank',
      `${name} shows nothing: all of it is about equally bright. Choose a picture with a digit in it.`,
      {
        details: { file: name },
      },
    )
  }
  return { width: header.width, height: header.height, data: ink }
}

/** `[width x height]` each, 0 (black, or transparent) to 1. */
type Layer = {
  readonly width: number
  readonly height: number
  readonly light: Float32Array
  readonly alpha: Float32Array
}

/** Weights of red, green and blue in perceived brightness (ITU-R BT.601). */
const RED = 0.299
const GREEN = 0.587
const BLUE = 0.114

function layerOf({ width, height, indexed }: PngHeader, decoded: DecodedPng, name: string): Layer {
  const { channels, depth, data } = decoded
  const pixels = width * height
  const light = new Float32Array(pixels)
  const alpha = new Float32Array(pixels).fill(1)
  const sampleAt = sampler(data, depth, width * channels)
  const top = 2 ** depth - 1
  const color = channels >= 3
  const key = decoded.transparency
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const first = pixel * channels
    if (indexed) {
      const entry = decoded.palette?.[sampleAt(first)]
      if (entry === undefined) {
        throw new AppError(
          'image/unreadable',
          `${name} is a damaged PNG picture: a pixel names a color that its palette lacks. Save it again.`,
        )
      }
      light[pixel] = brightness(entry[0] ?? 0, entry[1] ?? 0, entry[2] ?? 0) / 255
      alpha[pixel] = (entry[3] ?? 255) / 255
      continue
    }
    const red = sampleAt(first)
    const green = color ? sampleAt(first + 1) : red
    const blue = color ? sampleAt(first + 2) : red
    light[pixel] = brightness(red, green, blue) / top
    if (channels === 2 || channels === 4) alpha[pixel] = sampleAt(first + channels - 1) / top
    else if (key !== undefined && red === key[0] && (!color || (green === key[1] && blue === key[2]))) alpha[pixel] = 0
  }
  return { width, height, light, alpha }
}

function brightness(red: number, green: number, blue: number): number {
  return RED * red + GREEN * green + BLUE * blue
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

/** Differences of brightness below this, of 255, are paper, noise or compression, not ink. */
const LEAST_CONTRAST = 24
/** Ink this strong, of 255, is left as it is; fainter ink is stretched to full. */
const STRONG_INK = 192

/** Ink of a picture, or null where nothing stands out. */
function inkOf(layer: Layer): Uint8Array | null {
  return inkOn(layer, 1) ?? (layer.alpha.some((value) => value < 1) ? inkOn(layer, 0) : null)
}

/** The picture laid on paper of brightness 1 or 0 where it is transparent. */
function inkOn({ width, height, light, alpha }: Layer, paper: number): Uint8Array | null {
  const gray = new Uint8Array(width * height)
  for (let pixel = 0; pixel < gray.length; pixel += 1) {
    const opacity = alpha[pixel] ?? 1
    gray[pixel] = Math.round(255 * ((light[pixel] ?? 0) * opacity + paper * (1 - opacity)))
  }
  const border = borderOf(gray, width, height)
  const inverted = (border[Math.floor(border.length / 2)] ?? 0) > 127
  const ink = inverted ? gray.map((value) => 255 - value) : gray
  const borderInk = inverted ? border.map((value) => 255 - value).reverse() : border
  return withoutPaper(ink, borderInk)
}

/** Brightness along the outermost rows and columns, ascending. */
function borderOf(gray: Uint8Array, width: number, height: number): Uint8Array {
  const values: number[] = []
  for (let x = 0; x < width; x += 1) values.push(gray[x] ?? 0, gray[(height - 1) * width + x] ?? 0)
  for (let y = 0; y < height; y += 1) values.push(gray[y * width] ?? 0, gray[y * width + width - 1] ?? 0)
  return Uint8Array.from(values).sort()
}

/**
 * Takes the paper's own darkness away and stretches faint ink. A picture whose border is pure background and whose ink is
 * strong, as MNIST's are, stays as it is.
 */
function withoutPaper(ink: Uint8Array, border: Uint8Array): Uint8Array | null {
  const darkest = ink.reduce((most, value) => Math.max(most, value), 0)
  const median = border[Math.floor(border.length / 2)] ?? 0
  if (darkest - median < LEAST_CONTRAST) return null
  // Most of the border is paper; the darker tenth may be ink that touches the edge.
  const paper = border[Math.floor(border.length * 0.9)] ?? 0
  const low = paper === 0 ? 0 : Math.min(paper + LEAST_CONTRAST / 3, darkest - LEAST_CONTRAST / 2)
  if (low === 0 && darkest >= STRONG_INK) return ink
  return ink.map((value) => Math.max(0, Math.min(255, Math.round(((value - low) * 255) / (darkest - low)))))
}
