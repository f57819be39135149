/**
 * JPEG pictures at an eighth of their size, for those that are too large to be decoded whole: of each block of 8 x 8 only its mean is
 * read, which stands first in it (ITU-T T.81, A.3.6). Gray, since ink is told by brightness. Baseline and progressive.
 */
import { BitReader, huffmanTable, type HuffmanTable } from './jpeg-bits.ts'
import type { Picture } from './picture.ts'

type Component = {
  readonly id: number
  readonly horizontal: number
  readonly vertical: number
  readonly quantization: number
  /** Number of its blocks in a row and a column of the picture, without padding. */
  readonly across: number
  readonly down: number
}

type Frame = {
  readonly progressive: boolean
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
  /** Largest sampling of the components. */
  readonly horizontal: number
  readonly vertical: number
}

type ScanPart = { readonly component: Component; readonly dc: HuffmanTable; readonly ac: HuffmanTable; before: number }

const BLOCK = 8
/** Programs write up to eight tables a scan, and ten scans. */
const MOST_TABLES = 256
/** Scans that refine the means; there are as many as bits in a mean. */
const MOST_SCANS = 32
const NO_TABLE: HuffmanTable = new Uint16Array(0x1_00_00)

/**
 * The picture, not yet turned as the camera was held. Its header must have been checked. Null for one that cannot be read so: of four
 * colors, or with a brightness of less than full size. Throws any Error with the reason for one that is damaged.
 */
export function decodeEighth(bytes: Uint8Array): Picture | null {
  return new Eighth(bytes).decode()
}

class Eighth {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #steps = new Map<number, number>()
  readonly #tables = new Map<number, HuffmanTable>()
  #defined = 0
  #restartInterval = 0
  #frame: Frame | null = null
  /** Of each block the first value, before it is multiplied. */
  #means = new Int32Array()
  /** Blocks in a row of `#means`. */
  #stride = 0
  #scans = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  decode(): Picture | null {
    let at = 2
    while (at + 4 <= this.#bytes.length) {
      if (this.#bytes[at] !== 0xff) throw new Error('a segment does not begin where it should')
      const marker = this.#bytes[at + 1] ?? 0
      if (marker === 0xff) at += 1
      else if (marker === 0xd9) break
      else {
        const end = at + 2 + this.#view.getUint16(at + 2)
        if (end > this.#bytes.length) throw new Error('it ends within a segment')
        const content = this.#bytes.subarray(at + 4, end)
        if (marker === 0xda) {
          if (this.#readScan(content, end) === 'not so') return null
          at = this.#nextMarker(end)
        } else {
          this.#readSegment(marker, content)
          at = end
        }
      }
    }
    if (this.#frame === null || this.#scans === 0) throw new Error('it ends before the picture begins')
    return this.#picture(this.#frame)
  }

  #readSegment(marker: number, content: Uint8Array): void {
    if (marker === 0xdb) this.#readSteps(content)
    else if (marker === 0xc4) this.#readTables(content)
    else if (marker === 0xdd) this.#restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0)
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) this.#readFrame(content, marker === 0xc2)
  }

  /** Of each table the first value, by which the mean is multiplied. */
  #readSteps(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const head = content[at] ?? 0
      const wide = head >> 4 > 0
      this.#steps.set(head & 15, wide ? ((content[at + 1] ?? 0) << 8) | (content[at + 2] ?? 0) : (content[at + 1] ?? 0))
      at += 1 + (wide ? 128 : 64)
    }
  }

  #readTables(content: Uint8Array): void {
    for (let at = 0; at + 17 <= content.length;) {
      const counts = content.subarray(at + 1, at + 17)
      const total = counts.reduce((sum, count) => sum + count, 0)
      this.#defined += 1
      if (this.#defined > MOST_TABLES) throw new Error('it has more tables than a picture needs')
      this.#tables.set(content[at] ?? 0, huffmanTable(counts, content.subarray(at + 17, at + 17 + total)))
      at += 17 + total
    }
  }

  #readFrame(content: Uint8Array, progressive: boolean): void {
    const height = ((content[1] ?? 0) << 8) | (content[2] ?? 0)
    const width = ((content[3] ?? 0) << 8) | (content[4] ?? 0)
    const facts = Array.from({ length: content[5] ?? 0 }, (_, index) => content.subarray(6 + index * 3, 9 + index * 3))
    const horizontal = Math.max(...facts.map((fact) => (fact[1] ?? 0) >> 4))
    const vertical = Math.max(...facts.map((fact) => (fact[1] ?? 0) & 15))
    const components = facts.map((fact): Component => {
      const own = { horizontal: (fact[1] ?? 0) >> 4, vertical: (fact[1] ?? 0) & 15 }
      const across = Math.ceil(Math.ceil((width * own.horizontal) / horizontal) / BLOCK)
      const down = Math.ceil(Math.ceil((height * own.vertical) / vertical) / BLOCK)
      return { id: fact[0] ?? 0, ...own, quantization: fact[2] ?? 0, across, down }
    })
    this.#frame = { progressive, width, height, components, horizontal, vertical }
    this.#stride = Math.ceil(width / (BLOCK * horizontal)) * horizontal
    this.#means = new Int32Array(this.#stride * Math.ceil(height / (BLOCK * vertical)) * vertical)
  }

  #readScan(head: Uint8Array, at: number): 'read' | 'not so' {
    const frame = this.#frame
    const [first] = frame?.components ?? []
    if (frame === null || first === undefined) throw new Error('its size is missing')
    const isBright = first.horizontal === frame.horizontal && first.vertical === frame.vertical
    if ((frame.components.length !== 1 && frame.components.length !== 3) || !isBright) return 'not so'
    const count = head[0] ?? 0
    const parts = Array.from({ length: count }, (_, index): ScanPart => {
      const component = frame.components.find(({ id }) => id === head[1 + index * 2])
      if (component === undefined) throw new Error('a scan names a component that is not there')
      const tables = head[2 + index * 2] ?? 0
      const dc = this.#tables.get(tables >> 4) ?? NO_TABLE
      const ac = this.#tables.get(0x10 | (tables & 15)) ?? NO_TABLE
      return { component, dc, ac, before: 0 }
    })
    const [from = 0, , bits = 0] = head.subarray(1 + count * 2)
    // Scans of the finer values, and of colors alone, say nothing about the brightness of a block.
    if (from > 0 || !parts.some(({ component }) => component === first)) return 'read'
    this.#scans += 1
    if (this.#scans > MOST_SCANS) throw new Error('it goes over its blocks too often')
    const reader = new BitReader(this.#bytes, at)
    const refines = frame.progressive && bits >> 4 > 0
    this.#readBlocks(
      parts,
      first,
      frame,
      (part) => {
        if (refines) return reader.take(1) << (bits & 15)
        part.before += reader.signed(reader.symbol(part.dc) & 15)
        if (!frame.progressive) skipRest(reader, part.ac)
        return part.before * 2 ** (frame.progressive ? bits & 15 : 0)
      },
      () => reader.restart(),
    )
    return 'read'
  }

  /** Takes the blocks of a scan in their order; those of the first component are added up. */
  #readBlocks(
    parts: readonly ScanPart[],
    bright: Component,
    frame: Frame,
    read: (part: ScanPart) => number,
    restart: () => void,
  ): void {
    const [only, second] = parts
    // A scan of one component has no padding; in others as many blocks of each as it is sampled stand together.
    const alone = second === undefined && only !== undefined
    const across = alone ? only.component.across : Math.ceil(frame.width / (BLOCK * frame.horizontal))
    const down = alone ? only.component.down : Math.ceil(frame.height / (BLOCK * frame.vertical))
    for (let unit = 0; unit < across * down; unit += 1) {
      if (this.#restartInterval > 0 && unit > 0 && unit % this.#restartInterval === 0) {
        restart()
        for (const part of parts) part.before = 0
      }
      const column = unit % across
      const row = Math.floor(unit / across)
      for (const part of parts) {
        const wide = alone ? 1 : part.component.horizontal
        const high = alone ? 1 : part.component.vertical
        for (let block = 0; block < wide * high; block += 1) {
          const value = read(part)
          if (part.component !== bright) continue
          const x = column * wide + (block % wide)
          const y = row * high + Math.floor(block / wide)
          const place = y * this.#stride + x
          this.#means[place] = (this.#means[place] ?? 0) + value
        }
      }
    }
  }

  #nextMarker(from: number): number {
    let at = from
    for (;;) {
      at = this.#bytes.indexOf(0xff, at)
      if (at < 0 || at + 1 >= this.#bytes.length) return this.#bytes.length
      const next = this.#bytes[at + 1] ?? 0
      if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
      at += 1
    }
  }

  /** Blocks that lie in the picture as a whole, or the one that there is. */
  #picture({ width, height, components }: Frame): Picture {
    const step = this.#steps.get(components[0]?.quantization ?? 0) ?? 1
    const small = { width: Math.max(1, Math.floor(width / BLOCK)), height: Math.max(1, Math.floor(height / BLOCK)) }
    const data = new Uint8Array(small.width * small.height * 4).fill(255)
    for (let y = 0; y < small.height; y += 1) {
      for (let x = 0; x < small.width; x += 1) {
        const mean = Math.round(((this.#means[y * this.#stride + x] ?? 0) * step) / BLOCK + 128)
        data.fill(Math.max(0, Math.min(255, mean)), (y * small.width + x) * 4, (y * small.width + x) * 4 + 3)
      }
    }
    return { ...small, data }
  }
}

/** Goes over the 63 other values of a block. */
function skipRest(reader: BitReader, table: HuffmanTable): void {
  for (let at = 1; at < 64; at += 1) {
    const symbol = reader.symbol(table)
    const size = symbol & 15
    if (size === 0) {
      if (symbol < 0xf0) return
      at += 15
    } else {
      at += symbol >> 4
      reader.take(size)
    }
  }
}
