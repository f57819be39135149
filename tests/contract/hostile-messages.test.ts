/** Messages that no page of ours sends: they must cost next to nothing, and be answered by a code. */
import fc from 'fast-check'
import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { readDrawingLines } from '../../data/drawing-lines.ts'
import { MOST_POINTS } from '../../data/drawing.ts'
import { toErrorPayload } from '../../data/error.ts'
import { decodeMessage, encodeMessage } from '../../main/contract/codec.ts'
import { commands, drawingSchema } from '../../main/contract/commands.ts'
import { checkLengths } from '../../main/contract/message-lengths.ts'
import { faultIn } from '../../main/contract/plain-arguments.ts'

const LIMIT = 2 ** 22

function codeOf(body: () => unknown): string {
  try {
    body()
    return 'none'
  } catch (error) {
    return toErrorPayload(error).code
  }
}

/** Headers of lists of `length` items, one within the other. */
function headers(depth: number, length: number): Uint8Array {
  const one = Buffer.alloc(5)
  one[0] = 0xdd
  one.writeUInt32BE(length, 1)
  return Buffer.concat(Array.from({ length: depth }, () => one))
}

describe('the bytes of a message', () => {
  test.each([
    ['lists of millions within lists', headers(10, 16_000_000)],
    ['a list that is longer than its message', headers(1, 4_000_000_000)],
    ['lists within a hundred thousand lists', headers(100_000, 1)],
    ['a map that is longer than its message', Uint8Array.from([0xdf, 0xff, 0xff, 0xff, 0xff])],
    ['text that is longer than its message', Uint8Array.from([0xdb, 0xff, 0xff, 0xff, 0xff])],
    ['nothing at all', new Uint8Array()],
    ['a kind that does not exist', Uint8Array.from([0xc1])],
  ])('that announce %s are refused before memory is taken', (_, bytes) => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    expect(codeOf(() => decodeMessage(bytes, LIMIT))).toBe('channel/bad-message')
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(5e7)
  })

  test('are let through where they are a message, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.uint8Array({ maxLength: 300 }), (value, bytes) => {
        const message = { value, bytes, more: [new Float32Array(bytes), 1.5, -70_000, 2 ** 40, null, undefined] }
        expect(decodeMessage(encodeMessage(message, LIMIT), LIMIT)).toMatchObject({ bytes })
      }),
    )
  })

  test('with one byte changed are decoded or refused, and never more than they hold', () => {
    const whole = encode({
      t: 'q',
      m: 'digit.predict',
      i: 'abc',
      a: [{ strokes: [[[1, 2.5, 0.5]]], width: 300, names: ['x'] }],
    })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(whole)
        changed[at] = value
        expect(['none', 'channel/bad-message']).toContain(codeOf(() => decodeMessage(changed, LIMIT)))
      }),
      { numRuns: 2000 },
    )
  })

  test('may hold every kind of value that the format has', () => {
    for (let first = 0; first < 256; first += 1) {
      // Enough bytes for each kind that states no length of its own.
      const bytes = Uint8Array.from([first, ...Array.from({ length: 40 }, () => 0)])
      if (first === 0xc1) expect(() => checkLengths(bytes)).toThrow(RangeError)
      else expect(() => checkLengths(bytes)).not.toThrow()
    }
  })
})

describe('the arguments of a command', () => {
  const deep = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 0)

  test.each([
    ['megabytes where an object should be', new Uint8Array(3e6)],
    ['megabytes within an object', { query: new Float64Array(4e5) }],
    [
      'an object of fifty thousand keys',
      Object.fromEntries(Array.from({ length: 50_000 }, (_, key) => [`k${key}`, 1])),
    ],
    ['a list of a million items', { digits: Array.from({ length: 1e6 }, () => 1) }],
    ['lists within a thousand lists', { strokes: deep(1000) }],
    ['a map', { settings: new Map([[1, 2]]) }],
  ])('that are %s are refused at once', (_, given) => {
    expect(faultIn(given)).not.toBeNull()
  })

  test('that a page sends are let through, bytes of uploads too', () => {
    expect(faultIn({ upload: 'x', parts: [{ path: 'a', offset: 0, bytes: new Uint8Array(2e6) }] })).toBeNull()
    const strokes = [Array.from({ length: 20_000 }, (_, at) => [at, at, 0.5, at])]
    expect(faultIn({ strokes, width: 1, height: 1, models: [] })).toBeNull()
    expect(faultIn(undefined)).toBeNull()
  })

  test('of a drawing are counted before its points are looked at', () => {
    const strokes = Array.from({ length: 10 }, () => Array.from({ length: 20_000 }, () => ['x']))
    const read = commands['digit.predict'].arguments.safeParse({ strokes, width: 1, height: 1, models: [] })
    expect(read.error?.issues).toHaveLength(1)
    expect(read.error?.issues[0]?.message).toContain('50000 points')
    // The bound is the one that files of drawings have.
    const drawn = (points: number) => [...Array.from({ length: 4 }, () => stroke(10_000)), stroke(points - 40_000)]
    const stroke = (points: number) => Array.from({ length: points }, () => [1, 2])
    for (const [points, isRead] of [
      [MOST_POINTS, true],
      [MOST_POINTS + 1, false],
    ] as const) {
      const drawing = { label: 1, strokes: drawn(points), width: 1, height: 1 }
      expect(drawingSchema.safeParse(drawing).success).toBe(isRead)
      const line = new TextEncoder().encode(JSON.stringify(drawing))
      expect(codeOf(() => readDrawingLines(line, 'file'))).toBe(isRead ? 'none' : 'drawing/bad-format')
    }
  })
})
