/**
 * Pictures of any size and color as they come out of a decoder, and the way from one to gray ink: 0 background to 255 ink.
 * Dark ink on light paper is told from light ink on dark by the picture's border.
 */
import { AppError } from './error.ts'
import type { Bitmap } from './ink/index.ts'

/** `data` holds width x height pixels of four bytes each (red, green, blue, opacity), row-major. */
export type Picture = { readonly width: number; readonly height: number; readonly data: Uint8Array }

/** A large photo; beyond it decoding would take most of a gigabyte. */
export const MOST_PIXELS = 20e6
/** Of one side: a line of millions of pixels is no picture. */
export const MOST_SIDE = 20_000

/** @throws image/too-large for more pixels, or longer sides, than a photo has */
export function checkPictureSize(width: number, height: number, name: string, most = MOST_PIXELS): void {
  if (width * height <= most && Math.max(width, height) <= MOST_SIDE) return
  throw tooManyPixels(
    name,
    `${width} x ${height} pixels, where ${most / 1e6} million are the most, and ${MOST_SIDE.toLocaleString('en-US')} in a row`,
  )
}

/** The error for a picture that has more of something than can be decoded. */
export function tooManyPixels(name: string, what: string): AppError {
  return new AppError('image/too-large', `${name} has ${what}. Make it smaller.`, { details: { file: name } })
}

/** Weights of red, green and blue in perceived brightness (ITU-R BT.601). */
const RED = 0.299
const GREEN = 0.587
const BLUE = 0.114

/** Differences of brightness below this, of 255, are paper, noise or compression, not ink. */
const LEAST_CONTRAST = 24
/** Ink this strong, of 255, is left as it is; fainter ink is stretched to full. */
const STRONG_INK = 192
/** Part of the way from paper to ink that is still paper: its grain, its folds, a shadow. */
const PAPER_SHARE = 0.15
/** Sides in pixels: of a picture that is no photo, and of a photo that is large enough for its ink to be found. */
const TINY = 64
const LOOKED_AT = 512

/** Brightness 0..255 of a color. */
function brightness(red: number, green: number, blue: number): number {
  return RED * red + GREEN * green + BLUE * blue
}

/** The picture's gray values, 0 black to 255 white, where it is opaque and without any color; else null. */
export function pureGray({ width, height, data }: Picture): Uint8Array | null {
  const gray = new Uint8Array(width * height)
  for (let pixel = 0, at = 0; pixel < gray.length; pixel += 1, at += 4) {
    const value = data[at] ?? 0
    if (data[at + 1] !== value || data[at + 2] !== value || data[at + 3] !== 255) return null
    gray[pixel] = value
  }
  return gray
}

/** Gray ink, and whether it was dark on light. */
export type Ink = Bitmap & { readonly inverted: boolean }

/** The picture as light on dark, nothing taken away: transparent parts are white paper. */
export function lightOnDark(picture: Picture): Ink {
  const gray = grayOn(picture, 255)
  const inverted = isInverted(borderOf(gray, picture.width, picture.height))
  return { width: picture.width, height: picture.height, data: inverted ? negative(gray) : gray, inverted }
}

/**
 * The picture's ink without its paper: paper that is not quite white becomes background, faint ink is stretched. A large picture comes
 * back smaller.
 * `name` is what errors call the picture. @throws image/blank where nothing stands out from the background
 */
export function inkOf(picture: Picture, name: string): Ink {
  const found = inkOn(picture, 255) ?? (hasTransparency(picture) ? inkOn(picture, 0) : null)
  if (found !== null) return found
  throw new AppError(
    'image/blank',
    `${name} shows nothing: all of it is about equally bright. Choose a picture with a digit in it.`,
    { details: { file: name } },
  )
}

function hasTransparency({ data }: Picture): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

/** The picture laid on paper of brightness `paper` where it is transparent, 0 black to 255 white. */
function grayOn({ width, height, data }: Picture, paper: number): Uint8Array {
  const gray = new Uint8Array(width * height)
  for (let pixel = 0, at = 0; pixel < gray.length; pixel += 1, at += 4) {
    const light = brightness(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)
    const opacity = (data[at + 3] ?? 255) / 255
    gray[pixel] = Math.round(light * opacity + paper * (1 - opacity))
  }
  return gray
}

function inkOn(picture: Picture, paper: number): Ink | null {
  const { width, height, data: gray } = shrunk(picture.width, picture.height, grayOn(picture, paper))
  const border = borderOf(gray, width, height)
  const inverted = isInverted(border)
  const isTiny = Math.max(width, height) <= TINY
  const data = withoutPaper(inverted ? negative(gray) : gray, inverted ? negative(border).reverse() : border, isTiny)
  return data === null ? null : { width, height, data, inverted }
}

/**
 * A large picture by the means of its squares, so that no side is longer than twice `LOOKED_AT`: the grain of a photo would be ink here
 * and there, all over the paper, and nobody needs so many pixels.
 */
function shrunk(width: number, height: number, gray: Uint8Array): Bitmap {
  const step = Math.floor(Math.max(width, height) / LOOKED_AT)
  if (step < 2 || Math.min(width, height) < step) return { width, height, data: gray }
  const small = { width: Math.floor(width / step), height: Math.floor(height / step) }
  const data = new Uint8Array(small.width * small.height)
  for (let y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) {
      let sum = 0
      for (let row = y * step; row < (y + 1) * step; row += 1) {
        for (let at = row * width + x * step, end = at + step; at < end; at += 1) sum += gray[at] ?? 0
      }
      data[y * small.width + x] = Math.round(sum / step ** 2)
    }
  }
  return { ...small, data }
}

/** 255 - value of each. */
export function negative(values: Uint8Array): Uint8Array {
  return values.map((value) => 255 - value)
}

/** Whether a gray picture, 0 black to 255 white, is dark on light, as its border tells. */
export function isDarkOnLight(gray: Uint8Array, width: number, height: number): boolean {
  return isInverted(borderOf(gray, width, height))
}

function isInverted(border: Uint8Array): boolean {
  return (border[Math.floor(border.length / 2)] ?? 0) > 127
}

/** Brightness along the outermost rows and columns, ascending. */
function borderOf(gray: Uint8Array, width: number, height: number): Uint8Array {
  const values = new Uint8Array(2 * (width + height))
  values.set(gray.subarray(0, width))
  values.set(gray.subarray((height - 1) * width, height * width), width)
  for (let y = 0; y < height; y += 1) {
    values[2 * (width + y)] = gray[y * width] ?? 0
    values[2 * (width + y) + 1] = gray[y * width + width - 1] ?? 0
  }
  return values.sort()
}

/**
 * Takes the paper's own darkness away and stretches faint ink. A picture whose border is pure background and whose ink is
 * strong, as MNIST's are, stays as it is. Null where nothing stands out.
 */
function withoutPaper(ink: Uint8Array, border: Uint8Array, isTiny: boolean): Uint8Array | null {
  const darkest = ink.reduce((most, value) => Math.max(most, value), 0)
  const median = border[Math.floor(border.length / 2)] ?? 0
  if (darkest - median < LEAST_CONTRAST) return null
  // Most of the border is paper; the darker tenth may be ink that touches the edge.
  const most = border[Math.floor(border.length * 0.9)] ?? 0
  // A tiny picture with pure background is no photo; where its digit fills it, as in sets of 8 x 8, ink touches the edge all along.
  const paper = isTiny && median === 0 ? 0 : most
  const margin = Math.max(LEAST_CONTRAST / 3, PAPER_SHARE * (darkest - paper))
  const low = paper === 0 ? 0 : Math.min(paper + margin, darkest - LEAST_CONTRAST / 2)
  if (low === 0 && darkest >= STRONG_INK) return ink
  return ink.map((value) => Math.max(0, Math.min(255, Math.round(((value - low) * 255) / (darkest - low)))))
}
