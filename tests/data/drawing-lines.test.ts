import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDrawingLines, writeDrawingLines } from '../../data/drawing-lines.ts'
import type { Drawing, Point } from '../../data/drawing.ts'
import { AppError } from '../../data/error.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const good = '{"label":3,"strokes":[[[1,2],[3,4,0.5],[5,6,1,20]]],"width":280,"height":280}'

const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0)
const point: fc.Arbitrary<Point> = fc.oneof(
  fc.tuple(coordinate, coordinate),
  fc.tuple(coordinate, coordinate, fc.double({ min: 0, max: 1, noNaN: true })),
  fc.tuple(coordinate, coordinate, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat()),
)
const drawings: fc.Arbitrary<Drawing[]> = fc.array(
  fc.record({
    label: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
    strokes: fc.array(fc.array(point, { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
    width: fc.integer({ min: 1, max: 1000 }),
    height: fc.integer({ min: 1, max: 1000 }),
  }),
  { maxLength: 4 },
)

describe('drawings as JSON lines', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(drawings, (list) => {
        const read = readDrawingLines(bytesOf(writeDrawingLines(list)), 'file').map(({ drawing }) => drawing)
        // JSON has no -0.
        expect(read).toEqual(JSON.parse(JSON.stringify(list)))
      }),
    )
  })

  test('may lack a label, end lines as on Windows and have empty lines', () => {
    const read = readDrawingLines(bytesOf(`\uFEFF${good}\r\n\r\n{"strokes":[],"width":1,"height":1}\r\n`), 'file')
    expect(read.map(({ line, drawing }) => [line, drawing.label])).toEqual([
      [1, 3],
      [3, null],
    ])
  })

  test.each([
    ['drawing/bad-json', 'three', 'Line 2 of mine.jsonl is no JSON'],
    ['drawing/bad-json', good.slice(0, 20), 'Line 2 of mine.jsonl is no JSON'],
    ['drawing/bad-format', '[1]', 'the line should be an object, but is [1]'],
    ['drawing/bad-format', good.replace('3', '10'), '"label" should be a digit from 0 to 9 or null, but is 10'],
    ['drawing/bad-format', good.replace('280', '0'), '"width" should be a number above 0, at most 100000, but is 0'],
    [
      'drawing/bad-format',
      '{"label":1,"width":1,"height":1}',
      '"strokes" should be a list of at most 1000 strokes, but is missing',
    ],
    ['drawing/bad-format', good.replace('[1,2]', '[1]'), 'point 1 of stroke 1 should be [x, y]'],
    ['drawing/bad-format', good.replace('[1,2]', '[1,1e7]'), 'point 1 of stroke 1 should be [x, y]'],
    [
      'drawing/bad-format',
      good.replace('0.5', '1.5'),
      'the pressure at point 2 of stroke 1 should be a number from 0 to 1, but is 1.5',
    ],
    ['drawing/bad-format', good.replace('20', '"a"'), 'the time at point 3 of stroke 1'],
    [
      'drawing/bad-format',
      '{"strokes":[[]],"width":1,"height":1}',
      'stroke 1 should be a list of 1 to 20000 points, but is []',
    ],
  ])('%s names the line: %s', (code, line, message) => {
    try {
      readDrawingLines(bytesOf(`${good}\n${line}\n`), 'mine.jsonl')
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect(error).toMatchObject({ code, details: { file: 'mine.jsonl', line: 2 } })
      expect((error as AppError).message).toContain(message)
      return
    }
    throw new Error('an error was expected')
  })

  test('must be text', () => {
    expect(() => readDrawingLines(new Uint8Array([0xff, 0xfe, 0x00]), 'mine.jsonl')).toThrow(
      'mine.jsonl is no text in UTF-8',
    )
  })

  test('give a coded error or drawings for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          readDrawingLines(bytesOf(text), 'any')
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
    )
  })
})
