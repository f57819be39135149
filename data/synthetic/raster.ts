/** The ink that the pen leaves: a bilevel picture, some times finer than the final pixels, with an uneven edge. */

import { cosine, exponential, sine } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import type { Path } from './path.ts'
import type { Random } from './random.ts'

/** Full ink: the gray level that is most frequent in MNIST, not 255. */
const INK = 254
/** Longest side of a picture that fits. */
const LARGEST = 320
/** Noise of the edge beyond this many standard deviations is taken to be none. */
const NOISE_REACH = 2.5
/** Distance of the noise's lattice points in final pixels. */
const LATTICE = 1.1

/** The picture's buffer is used again for each image: copy what is to be kept. */
export class Raster {
  width = 0
  height = 0
  readonly #pixels = new Uint8Array(LARGEST * LARGEST)
  readonly #lattice = new Float64Array(LARGEST * LARGEST)

  /** The picture, `[height x width]`, 0 or 254; valid until the next `draw`. */
  get data(): Uint8Array {
    return this.#pixels.subarray(0, this.width * this.height)
  }

  /**
   * Draws the path, whose coordinates are in fine pixels and start at 0, on a picture of the given size. The nib is an
   * ellipse held at about 45 degrees.
   */
  draw(path: Path, random: Random, parameters: SyntheticParameters, width: number, height: number): void {
    this.width = Math.min(width, LARGEST)
    this.height = Math.min(height, LARGEST)
    this.#pixels.fill(0, 0, this.width * this.height)
    const scale = parameters.supersample
    const roughness = parameters.edgeRoughness * scale * exponential(random.normal() * 0.5)
    const spacing = Math.max(1, Math.round(LATTICE * scale))
    const columns = Math.floor(this.width / spacing) + 2
    const lattice = columns * (Math.floor(this.height / spacing) + 2)
    for (let i = 0; i < lattice; i++) this.#lattice[i] = random.normal() * roughness
    const longer = exponential(random.normal() * parameters.nib)
    const angle = Math.PI / 4 + random.normal() * 0.5
    const nib = new Nib(longer, angle)
    for (let stroke = 0; stroke < path.strokes; stroke++) {
      const begin = path.begin[stroke] ?? 0
      const last = (path.end[stroke] ?? 0) - 1
      if (begin === last) this.#segment(path, begin, begin, nib, roughness, spacing, columns)
      for (let i = begin; i < last; i++) this.#segment(path, i, i + 1, nib, roughness, spacing, columns)
    }
  }

  /** A disc of one value: a speck of ink, or a hole in it. Coordinates and radius in fine pixels. */
  disc(x: number, y: number, radius: number, value: 0 | typeof INK): void {
    const top = Math.max(0, Math.ceil(y - radius))
    const bottom = Math.min(this.height - 1, Math.floor(y + radius))
    for (let row = top; row <= bottom; row++) {
      const half = Math.sqrt(radius * radius - (row - y) * (row - y))
      const from = Math.max(0, Math.ceil(x - half))
      const to = Math.min(this.width - 1, Math.floor(x + half))
      if (from <= to) this.#pixels.fill(value, row * this.width + from, row * this.width + to + 1)
    }
  }

  #segment(path: Path, a: number, b: number, nib: Nib, roughness: number, spacing: number, columns: number): void {
    const ax = path.x[a] ?? 0
    const ay = path.y[a] ?? 0
    const bx = path.x[b] ?? 0
    const by = path.y[b] ?? 0
    const radius = path.radius[a] ?? 0
    const growth = (path.radius[b] ?? 0) - radius
    const noise = NOISE_REACH * roughness
    const reach = Math.max(radius, radius + growth) * nib.reach + noise + 0.5
    const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach))
    const right = Math.min(this.width - 1, Math.floor(Math.max(ax, bx) + reach))
    const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach))
    const bottom = Math.min(this.height - 1, Math.floor(Math.max(ay, by) + reach))
    const { xu, yu, xv, yv } = nib
    const au = ax * xu + ay * yu
    const av = ax * xv + ay * yv
    const du = bx * xu + by * yu - au
    const dv = bx * xv + by * yv - av
    const inverse = 1 / (du * du + dv * dv + 1e-12)
    const pixels = this.#pixels
    const lattice = this.#lattice
    for (let y = top; y <= bottom; y++) {
      const latticeRow = Math.floor(y / spacing)
      const fy = y / spacing - latticeRow
      const row = y * this.width
      for (let x = left; x <= right; x++) {
        if (pixels[row + x] !== 0) continue
        const pu = x * xu + y * yu - au
        const pv = x * xv + y * yv - av
        let t = (pu * du + pv * dv) * inverse
        t = t < 0 ? 0 : t > 1 ? 1 : t
        const eu = pu - t * du
        const ev = pv - t * dv
        const square = eu * eu + ev * ev
        const edge = radius + growth * t
        if (square >= (edge + noise) * (edge + noise)) continue
        if (edge > noise && square < (edge - noise) * (edge - noise)) {
          pixels[row + x] = INK
          continue
        }
        const latticeColumn = Math.floor(x / spacing)
        const fx = x / spacing - latticeColumn
        const at = latticeRow * columns + latticeColumn
        const above = (lattice[at] ?? 0) * (1 - fx) + (lattice[at + 1] ?? 0) * fx
        const below = (lattice[at + columns] ?? 0) * (1 - fx) + (lattice[at + columns + 1] ?? 0) * fx
        if (Math.sqrt(square) - edge < above * (1 - fy) + below * fy) pixels[row + x] = INK
      }
    }
  }
}

/** An elliptic nib: a linear change of coordinates, (x, y) -> (u, v), that makes it a circle. */
class Nib {
  readonly xu: number
  readonly yu: number
  readonly xv: number
  readonly yv: number
  /** The longer half axis over the radius. */
  readonly reach: number

  constructor(axis: number, angle: number) {
    this.xu = cosine(angle) / axis
    this.yu = sine(angle) / axis
    this.xv = -sine(angle) * axis
    this.yv = cosine(angle) * axis
    this.reach = Math.max(axis, 1 / axis)
  }
}
