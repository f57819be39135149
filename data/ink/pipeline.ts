/** The way from a drawing to a model's pixels, stage by stage: strokes, ink, crop, box, soft edges, center, 28 x 28. */

import type { Drawing } from '../drawing.ts'
import { PIXELS, SIDE } from '../image-set.ts'
import { createBitmap, cropTo, inkBounds, squareOf } from './bitmap.ts'
import type { Bitmap } from './bitmap.ts'
import { BOX, centerByBounds, centerByMass } from './fit.ts'
import { CANVAS_PEN, defaultInkOptions } from './options.ts'
import type { InkOptions } from './options.ts'
import { rasterize } from './rasterize.ts'
import type { Frame } from './rasterize.ts'
import { areaAverage, pickPixels, sizeInBox } from './resample.ts'
import { skeletonOf } from './skeleton.ts'
import type { Skeleton } from './skeleton.ts'

/** Strokes and the size of their canvas; all that the pipeline needs of a drawing. */
export type Strokes = Pick<Drawing, 'strokes' | 'width' | 'height'>

/** The stages of the strip, in order. `ink` and before are the whole canvas, `crop` is a square around the ink. */
export type InkStages = {
  readonly strokes: Bitmap
  readonly ink: Bitmap
  readonly crop: Bitmap
  readonly box: Bitmap
  readonly soft: Bitmap
  readonly center: Bitmap
  readonly final: Bitmap
  /** True where there is no ink: every bitmap is then empty. */
  readonly blank: boolean
}

/** Ink is drawn this many times finer than the final pixels and then averaged: 65 levels of gray. */
const SUPERSAMPLE = 8
/** Longest side of the strip's pictures of the whole canvas, in pixels. */
const CANVAS_PICTURE = 6 * SIDE
/** The finest pen, as a part of the canvas' longer side: without it the jitter of a dot would be blown up to a drawing. */
const FINEST_PEN = 0.005

/** The 28 x 28 pixels (0 background, 255 ink) that a model reads from a drawing; all 0 where it is blank. */
export function drawingToPixels(
  drawing: Strokes,
  options: Partial<InkOptions> = {},
): { pixels: Uint8Array; blank: boolean } {
  const settings = { ...defaultInkOptions, ...options }
  const skeleton = skeletonOf(drawing, settings.pressure)
  if (skeleton === null) return { pixels: new Uint8Array(PIXELS), blank: true }
  const region = cutOut(drawing, skeleton, settings)
  if (region === null) return { pixels: new Uint8Array(PIXELS), blank: true }
  return { pixels: center(shrink(region, settings), settings).data, blank: false }
}

/** Every stage on the way as a picture, for the strip. Costs a few times as much as `drawingToPixels`. */
export function inkStages(drawing: Strokes, options: Partial<InkOptions> = {}): InkStages {
  const settings = { ...defaultInkOptions, ...options }
  const skeleton = skeletonOf(drawing, settings.pressure)
  const whole = canvasFrame(drawing, CANVAS_PICTURE)
  const empty = createBitmap(whole.width, whole.height)
  const nothing = createBitmap(SIDE, SIDE)
  const blank = { crop: nothing, box: nothing, soft: nothing, center: nothing, final: nothing, blank: true }
  if (skeleton === null) return { strokes: empty, ink: empty, ...blank }
  const strokes = rasterize(skeleton, 1.5 / whole.scale, whole)
  const ink = rasterize(skeleton, penWidthOf(drawing, skeleton, settings), whole)
  const region = cutOut(drawing, skeleton, settings)
  if (region === null) return { strokes, ink, ...blank }
  const small = shrink(region, settings)
  const final = center(small, settings)
  return {
    strokes,
    ink,
    crop: squareOf(region),
    box: squareOf(shrink(region, { ...settings, soft: false })),
    soft: squareOf(small),
    center: final,
    final,
    blank: false,
  }
}

/** The pen's width in the drawing's units: so wide that it has the data set's width once the ink fills its box. */
function penWidthOf(drawing: Strokes, skeleton: Skeleton, settings: InkOptions): number {
  const canvas = Math.max(drawing.width, drawing.height, 1)
  if (!settings.pen) return settings.canvasPen ?? canvas * CANVAS_PEN
  const extent = Math.max(skeleton.right - skeleton.left, skeleton.bottom - skeleton.top)
  return Math.max((extent * settings.penWidth) / (BOX - settings.penWidth), canvas * FINEST_PEN)
}

/** The fine picture of what the pipeline works on: the ink's surroundings, or the whole canvas; null without ink. */
function cutOut(drawing: Strokes, skeleton: Skeleton, settings: InkOptions): Bitmap | null {
  const penWidth = penWidthOf(drawing, skeleton, settings)
  const side = (settings.box ? BOX : SIDE) * SUPERSAMPLE
  const frame = settings.crop ? inkFrame(skeleton, penWidth, settings, side) : canvasFrame(drawing, side)
  const picture = rasterize(skeleton, penWidth, frame)
  const bounds = inkBounds(picture)
  if (bounds === null) return null
  return settings.crop ? cropTo(picture, bounds) : picture
}

/** A frame that holds all ink, whatever the pressure, with the longest side of skeleton and pen on `side` pixels. */
function inkFrame(skeleton: Skeleton, penWidth: number, settings: InkOptions, side: number): Frame {
  const width = skeleton.right - skeleton.left + penWidth
  const height = skeleton.bottom - skeleton.top + penWidth
  const scale = side / Math.max(width, height)
  const margin = Math.ceil((penWidth / 2) * scale * Math.abs(settings.pressure))
  return {
    left: skeleton.left - penWidth / 2 - margin / scale,
    top: skeleton.top - penWidth / 2 - margin / scale,
    scale,
    width: Math.ceil(width * scale - 1e-6) + 2 * margin,
    height: Math.ceil(height * scale - 1e-6) + 2 * margin,
  }
}

function canvasFrame(drawing: Strokes, side: number): Frame {
  const width = Math.max(drawing.width, 1e-6)
  const height = Math.max(drawing.height, 1e-6)
  const size = sizeInBox(width, height, side)
  return { left: 0, top: 0, scale: side / Math.max(width, height), width: size.width, height: size.height }
}

function shrink(region: Bitmap, settings: InkOptions): Bitmap {
  const size = sizeInBox(region.width, region.height, settings.box ? BOX : SIDE)
  const resample = settings.soft ? areaAverage : pickPixels
  return resample(region, size.width, size.height)
}

function center(small: Bitmap, settings: InkOptions): Bitmap {
  return settings.center ? centerByMass(small) : centerByBounds(small)
}
