import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import { readIdxImages } from '../../data/idx.ts'
import { fit } from '../../data/ink/index.ts'
import { decodePng, readPng } from '../../data/png.ts'
import { describeWithMnist } from '../mnist.ts'

type Kind = {
  readonly depth: number
  readonly colorType: number
  readonly extra?: readonly (readonly [string, Buffer])[]
}

function chunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), content])
  const bytes = Buffer.alloc(named.length + 8)
  bytes.writeUInt32BE(content.length, 0)
  named.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(named), named.length + 4)
  return bytes
}

/** A PNG from the bytes of its rows, written without the library that reads it. */
function png(width: number, height: number, rows: readonly (readonly number[])[], kind: Kind): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = kind.depth
  header[9] = kind.colorType
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(kind.extra ?? []).map(([type, content]) => chunk(type, content)),
    chunk('IDAT', deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A PNG of 8 bits whose rows begin with their filters. */
function filteredPng(width: number, height: number, rows: readonly (readonly number[])[], colorType: number): Buffer {
  const plain = png(width, height, [], { depth: 8, colorType })
  const header = plain.subarray(0, 8 + 25)
  const data = chunk('IDAT', deflateSync(Buffer.from(rows.flat())))
  return Buffer.concat([header, data, chunk('IEND', Buffer.alloc(0))])
}

/** A 4 x 4 picture of two values: the background, and ink in the four middle pixels. */
function square<T>(background: T, ink: T): T[][] {
  return [0, 1, 2, 3].map((y) =>
    [0, 1, 2, 3].map((x) => ((x === 1 || x === 2) && (y === 1 || y === 2) ? ink : background)),
  )
}

const expected = square(0, 255).flat()
const flat = (rows: readonly (readonly (readonly number[])[])[]): number[][] => rows.map((row) => row.flat())

describe('a PNG picture becomes ink', () => {
  const cases: readonly [string, Buffer][] = [
    ['gray, light on dark', png(4, 4, square(0, 255), { depth: 8, colorType: 0 })],
    ['gray, dark on light', png(4, 4, square(255, 0), { depth: 8, colorType: 0 })],
    ['gray of 16 bits', png(4, 4, flat(square([255, 255], [0, 0])), { depth: 16, colorType: 0 })],
    ['gray of 1 bit', png(4, 4, [[0b11110000], [0b10010000], [0b10010000], [0b11110000]], { depth: 1, colorType: 0 })],
    [
      'gray of 4 bits',
      png(
        4,
        4,
        [
          [0, 0],
          [0x0f, 0xf0],
          [0x0f, 0xf0],
          [0, 0],
        ],
        { depth: 4, colorType: 0 },
      ),
    ],
    ['color', png(4, 4, flat(square([255, 255, 255], [0, 0, 0])), { depth: 8, colorType: 2 })],
    [
      'color of 16 bits',
      png(4, 4, flat(square([255, 255, 255, 255, 255, 255], [0, 0, 0, 0, 0, 0])), { depth: 16, colorType: 2 }),
    ],
    ['gray with alpha', png(4, 4, flat(square([0, 0], [0, 255])), { depth: 8, colorType: 4 })],
    ['black ink on transparency', png(4, 4, flat(square([0, 0, 0, 0], [0, 0, 0, 255])), { depth: 8, colorType: 6 })],
    [
      'white ink on transparency',
      png(4, 4, flat(square([255, 255, 255, 0], [255, 255, 255, 255])), { depth: 8, colorType: 6 }),
    ],
    [
      'a palette of 2 bits',
      png(4, 4, [[0b00000000], [0b00010100], [0b00010100], [0b00000000]], {
        depth: 2,
        colorType: 3,
        extra: [['PLTE', Buffer.from([255, 255, 255, 0, 0, 0])]],
      }),
    ],
    [
      'a palette with transparency',
      png(4, 4, square(0, 1), {
        depth: 8,
        colorType: 3,
        extra: [
          ['PLTE', Buffer.from([9, 9, 9, 0, 0, 0])],
          ['tRNS', Buffer.from([0, 255])],
        ],
      }),
    ],
    [
      'a transparent gray',
      png(4, 4, square(0, 255), { depth: 8, colorType: 0, extra: [['tRNS', Buffer.from([0, 0])]] }),
    ],
    ['off-white paper and faint pencil', png(4, 4, square(240, 140), { depth: 8, colorType: 0 })],
    [
      'text and animation beside it',
      png(4, 4, square(0, 255), { depth: 8, colorType: 0, extra: [['tEXt', Buffer.from('a\0b')]] }),
    ],
  ]
  test.each(cases)('%s', (_, bytes) => {
    const bitmap = readPng(bytes, 'picture.png')
    expect([bitmap.width, bitmap.height]).toEqual([4, 4])
    expect([...bitmap.data]).toEqual(expected)
  })

  test('brightness of colors is that of BT.601', () => {
    const colors = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0]
    const black = new Array<number>(18).fill(0)
    const { data } = readPng(png(6, 3, [black, colors, black], { depth: 8, colorType: 2 }), 'colors.png')
    expect([...data.subarray(6, 12)]).toEqual([0, 76, 150, 29, 255, 0])
  })
})

describe('a PNG that cannot be read', () => {
  const valid = png(4, 4, square(0, 255), { depth: 8, colorType: 0 })
  const codeOf = (bytes: Uint8Array): string => {
    try {
      readPng(bytes, 'picture.png')
      return 'none'
    } catch (error) {
      if (error instanceof AppError) return error.code
      throw error
    }
  }

  test('is told by its fault', () => {
    expect(() => readPng(Buffer.from('GIF89a'), 'a.gif')).toThrow('a.gif is no PNG picture')
    expect(() => readPng(valid.subarray(0, -20), 'a.png')).toThrow('is incomplete: it ends after')
    expect(() => readPng(png(4, 5, square(0, 255), { depth: 8, colorType: 0 }), 'a.png')).toThrow(
      'holds 20 of 25 bytes',
    )
    expect(() => readPng(png(4, 3, square(0, 255), { depth: 8, colorType: 0 }), 'a.png')).toThrow(
      'more than its 15 bytes',
    )
    expect(() => readPng(png(60_000, 60_000, [], { depth: 16, colorType: 6 }), 'a.png')).toThrow(
      'where 20 million are the most',
    )
    const brokenChecksum = Buffer.from(valid)
    brokenChecksum.writeUInt8(1, 30)
    expect(codeOf(brokenChecksum)).toBe('image/unreadable')
  })

  test('is blank where nothing stands out', () => {
    expect(codeOf(png(4, 4, square(255, 255), { depth: 8, colorType: 0 }))).toBe('image/blank')
    expect(codeOf(png(4, 4, square(200, 190), { depth: 8, colorType: 0 }))).toBe('image/blank')
    expect(codeOf(png(4, 4, flat(square([0, 0], [0, 0])), { depth: 8, colorType: 4 }))).toBe('image/blank')
  })

  test('gives a coded error or a picture after any change of its bytes', () => {
    const changes = fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(changes, fc.option(fc.nat(), { nil: null }), (list, cut) => {
        const mutated = Buffer.from(valid).subarray(0, cut === null ? undefined : cut % valid.length)
        for (const { at, value } of list) if (mutated.length > 0) mutated[at % mutated.length] = value
        expect(['none', 'image/unreadable', 'image/too-large', 'image/blank']).toContain(codeOf(mutated))
      }),
      { numRuns: 500 },
    )
  })
})

describeWithMnist('a picture of MNIST', (folder) => {
  test('comes back as it was, through PNG and the ink box, in both polarities', async () => {
    const name = 't10k-images-idx3-ubyte.gz'
    const { images } = await readIdxImages(await readFile(join(folder, name)), name)
    let difference = 0
    for (let index = 0; index < 20; index += 1) {
      const pixels = images.subarray(index * 784, (index + 1) * 784)
      const rows = Array.from({ length: 28 }, (_, y) => [...pixels.subarray(y * 28, (y + 1) * 28)])
      const negative = rows.map((row) => row.map((value) => 255 - value))
      const bitmap = readPng(png(28, 28, rows, { depth: 8, colorType: 0 }), name)
      expect([...bitmap.data]).toEqual([...pixels])
      expect([...readPng(png(28, 28, negative, { depth: 8, colorType: 0 }), name).data]).toEqual([...pixels])
      fit(bitmap).forEach((value, at) => {
        difference += Math.abs(value - (pixels[at] ?? 0)) / (20 * 784)
      })
    }
    expect(difference).toBeLessThan(2)
  })
})

describe('the quick way for plain pictures', () => {
  test('gives what the decoder for all kinds gives, with every filter and number of channels', () => {
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 6 }) }),
        fc.constantFrom([0, 1], [2, 3], [4, 2], [6, 4]),
        fc.infiniteStream(fc.nat(255)),
        ({ width, height }, [colorType = 0, channels = 1], bytes) => {
          // Any bytes are a picture, whatever their filters make of them.
          const rows = Array.from({ length: height }, () => [
            (bytes.next().value ?? 0) % 5,
            ...Array.from({ length: width * channels }, () => bytes.next().value ?? 0),
          ])
          const file = filteredPng(width, height, rows, colorType)
          const { data } = decodePng(file, 'picture.png')
          const slow = decode(new Uint8Array(file)).data
          const samples = Array.from({ length: width * height }, (_, pixel) => {
            const [first = 0, second = 0, third = 0, fourth = 255] = slow.subarray(
              pixel * channels,
              (pixel + 1) * channels,
            )
            if (channels === 1) return [first, first, first, 255]
            return channels === 2 ? [first, first, first, second] : [first, second, third, fourth]
          })
          expect([...data]).toEqual(samples.flat())
        },
      ),
    )
  })

  test('refuses a filter that does not exist', () => {
    expect(() => decodePng(filteredPng(1, 1, [[5, 0]], 0), 'picture.png')).toThrow(/filter/)
  })
})
