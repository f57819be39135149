/** The simulated hand: writes image `index` of a seed, whatever was written before. */

import { fit } from '../ink/index.ts'
import { exponential } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import { Path } from './path.ts'
import { penWidthFor, press } from './pen.ts'
import { Random } from './random.ts'
import { Raster } from './raster.ts'
import { addStrokes } from './strokes.ts'
import { digitStyles } from './styles.ts'
import { warp } from './warp.ts'
import { inventWriter, pickStyle } from './writer.ts'
import type { Writer } from './writer.ts'

/** MNIST's box: the longest side of the ink in final pixels. */
const BOX = 20
/** A glyph smaller than this, in glyph heights, is not blown up further. */
const SMALLEST = 0.2

/** Keeps buffers and the current writer; cheap to make, not to be shared between threads. */
export class Hand {
  readonly #seed: number
  readonly #parameters: SyntheticParameters
  readonly #random = new Random()
  readonly #path = new Path()
  readonly #raster = new Raster()
  #writer: Writer | null = null
  #writerIndex = -1

  constructor(seed: number, parameters: SyntheticParameters) {
    this.#seed = seed
    this.#parameters = parameters
  }

  /** Image `index` as the given digit, `[28 x 28]`, 0 background to 254 ink. */
  write(index: number, digit: number): Uint8Array {
    const writer = this.#writerOf(index)
    const random = this.#random
    const parameters = this.#parameters
    random.start(this.#seed, 'image', index)
    const isFavorite = random.uniform() < parameters.favoriteShare
    const picked = pickStyle(random, digit)
    const style = (isFavorite ? writer.favorites[digit] : picked) ?? picked
    const deformation = writer.deformation * exponential(random.normal() * parameters.neatnessImage)
    const path = this.#path
    path.clear()
    addStrokes(path, style, random, parameters, deformation, writer.rounding)
    const { slant = 0, width = 1 } = digitStyles[digit] ?? {}
    warp(path, random, parameters, writer, slant, deformation)
    const penWidth = penWidthFor(random, parameters, width, writer.pen)
    press(path, random, parameters, (penWidth / 2) * parameters.supersample)
    const size = this.#scale(penWidth)
    const raster = this.#raster
    raster.draw(path, random, parameters, size.width, size.height)
    this.#addFlaws((penWidth / 2) * parameters.supersample)
    return fit({ width: raster.width, height: raster.height, data: raster.data })
  }

  #writerOf(index: number): Writer {
    const writerIndex = Math.floor(index / this.#parameters.imagesPerWriter)
    if (this.#writer === null || this.#writerIndex !== writerIndex) {
      this.#random.start(this.#seed, 'writer', writerIndex)
      this.#writer = inventWriter(this.#random, this.#parameters)
      this.#writerIndex = writerIndex
    }
    return this.#writer
  }

  /** Brings the path to fine pixels: skeleton and pen together are the box; returns the size of the picture needed. */
  #scale(penWidth: number): { width: number; height: number } {
    const path = this.#path
    let left = Infinity
    let right = -Infinity
    let top = Infinity
    let bottom = -Infinity
    for (let stroke = 0; stroke < path.strokes; stroke++) {
      const end = path.end[stroke] ?? 0
      for (let i = path.begin[stroke] ?? 0; i < end; i++) {
        const x = path.x[i] ?? 0
        const y = path.y[i] ?? 0
        if (x < left) left = x
        if (x > right) right = x
        if (y < top) top = y
        if (y > bottom) bottom = y
      }
    }
    const fine = this.#parameters.supersample
    const scale = ((BOX - penWidth) / Math.max(right - left, bottom - top, SMALLEST)) * fine
    const margin = 0.6 * penWidth * fine + 4
    for (let stroke = 0; stroke < path.strokes; stroke++) {
      const end = path.end[stroke] ?? 0
      for (let i = path.begin[stroke] ?? 0; i < end; i++) {
        path.x[i] = ((path.x[i] ?? 0) - left) * scale + margin
        path.y[i] = ((path.y[i] ?? 0) - top) * scale + margin
      }
    }
    return {
      width: Math.ceil((right - left) * scale + 2 * margin),
      height: Math.ceil((bottom - top) * scale + 2 * margin),
    }
  }

  /** Some images have a hole in the ink, some have specks beside it. */
  #addFlaws(radius: number): void {
    const random = this.#random
    const { holeShare, speckShare, supersample } = this.#parameters
    const path = this.#path
    const raster = this.#raster
    if (random.uniform() < holeShare) {
      const stroke = random.below(path.strokes)
      const begin = path.begin[stroke] ?? 0
      const point = begin + random.below((path.end[stroke] ?? 0) - begin)
      const size = (0.5 + 1.5 * random.uniform()) * radius + 0.3 * supersample
      raster.disc(path.x[point] ?? 0, path.y[point] ?? 0, size, 0)
    }
    if (random.uniform() < speckShare) {
      for (let left = 1 + random.below(3); left > 0; left--) {
        const x = random.uniform() * raster.width
        const y = random.uniform() * raster.height
        raster.disc(x, y, (0.2 + 0.6 * random.uniform()) * supersample, 254)
      }
    }
  }
}
