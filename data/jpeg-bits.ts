/** The bits of a JPEG's scan and the Huffman codes in them (ITU-T T.81, C and F.2.2). */

/** `table[next 16 bits]` is the code's length times 256 plus its symbol; 0 for bits that no code begins with. */
export type HuffmanTable = Uint16Array

/** From the numbers of codes of each length, 1 to 16 bits, and the symbols in the order of their codes. Throws for codes beyond all. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(0x1_00_00)
  let code = 0
  let next = 0
  counts.forEach((count, index) => {
    const length = index + 1
    for (let each = 0; each < count; each += 1) {
      const from = code << (16 - length)
      const to = (code + 1) << (16 - length)
      if (to > 0x1_00_00) throw new Error('a table has more codes than fit')
      table.fill((length << 8) | (symbols[next] ?? 0), from, to)
      code += 1
      next += 1
    }
    code <<= 1
  })
  return table
}

/** Bytes of nothing that may be read behind a scan's end, since bits are fetched ahead. */
const MOST_BEHIND = 8

/** Reads a scan up to the next marker; behind it come zeros, but only few. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at: number
  #buffer = 0
  #bits = 0
  #behind = 0

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** The next symbol. Throws where no code begins so, or the scan has ended. */
  symbol(table: HuffmanTable): number {
    this.#fill()
    const entry = table[(this.#buffer >>> (this.#bits - 16)) & 0xff_ff] ?? 0
    if (entry === 0) throw new Error('its data is no code of its tables')
    this.#bits -= entry >> 8
    return entry & 0xff
  }

  /** The next `count` bits, 0 to 16. */
  take(count: number): number {
    if (count === 0) return 0
    this.#fill()
    this.#bits -= count
    return (this.#buffer >>> this.#bits) & ((1 << count) - 1)
  }

  /** A signed number of `size` bits, as JPEG writes differences. */
  signed(size: number): number {
    const value = this.take(size)
    return size === 0 || value >= 1 << (size - 1) ? value : value - (1 << size) + 1
  }

  /** Goes behind the restart marker that should be here. Throws where there is none. */
  restart(): void {
    this.#buffer = 0
    this.#bits = 0
    this.#behind = 0
    // Fetched ahead as it was, the reader stands at the marker by now or just before it.
    while (this.#at + 1 < this.#bytes.length && !this.#isMarker()) this.#at += 1
    const marker = this.#bytes[this.#at + 1] ?? 0
    if (marker < 0xd0 || marker > 0xd7) throw new Error('a restart marker is missing')
    this.#at += 2
  }

  #isMarker(): boolean {
    return this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] !== 0 && this.#bytes[this.#at + 1] !== 0xff
  }

  /** At least 25 bits; those of a marker are zeros. */
  #fill(): void {
    while (this.#bits <= 24) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        this.#behind += 1
        if (this.#behind > MOST_BEHIND) throw new Error('its data ends too early')
        this.#buffer <<= 8
      } else {
        this.#at += byte === 0xff ? 2 : 1
        this.#buffer = (this.#buffer << 8) | byte
      }
      this.#bits += 8
    }
  }
}
