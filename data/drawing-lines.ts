/**
 * Drawings as JSON lines, one drawing a line: `{"label":3,"strokes":[[[x,y,pressure?,time?],...],...],"width":W,"height":H}`.
 * A line without a label, or with null, is a drawing whose digit is not known.
 */
import { MOST_POINTS, type Drawing, type Point, type Stroke } from './drawing.ts'
import { AppError } from './error.ts'

/** Bounds of the contract's drawings; beyond them a file is not a person's drawing. */
const limits = { strokes: 1000, points: 20_000, coordinate: 1e6, side: 1e5 } as const
/** Drawings of one file. */
const MOST_DRAWINGS = 20_000
const NEW_LINE = 0x0a

/** A drawing and the line, from 1, that it stands on. */
export type DrawingLine = { readonly line: number; readonly drawing: Drawing }

/**
 * All drawings of a file; empty lines are skipped. `name` is what errors call the file.
 * @throws drawing/bad-json, drawing/bad-format, each with the line; import/too-large
 */
export function readDrawingLines(bytes: Uint8Array, name: string): DrawingLine[] {
  return [...drawingLines(bytes, name)]
}

/** The same, one after the other, for who has something else to do between. Errors as readDrawingLines. */
export function* drawingLines(bytes: Uint8Array, name: string): Generator<DrawingLine, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 0
  let count = 0
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEW_LINE, from)
    const text = decode(decoder, bytes.subarray(from, end < 0 ? bytes.length : end), name)
    from = end < 0 ? bytes.length : end + 1
    line += 1
    if (text.trim() === '') continue
    count += 1
    if (count > MOST_DRAWINGS) throw tooMany(name)
    yield { line, drawing: new LineReader(name, line).drawing(text) }
  }
}

function tooMany(name: string): AppError {
  return new AppError(
    'import/too-large',
    `${name} holds more than ${MOST_DRAWINGS.toLocaleString('en-US')} drawings, the most that are imported at once. Import it in parts.`,
    { details: { file: name } },
  )
}

/** The file of these drawings. */
export function writeDrawingLines(drawings: readonly Drawing[]): string {
  return drawings
    .map(({ label, strokes, width, height }) => `${JSON.stringify({ label, strokes, width, height })}\n`)
    .join('')
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new AppError(
      'drawing/bad-json',
      `${name} is no text in UTF-8, so it cannot hold drawings. Expected is one JSON object a line.`,
      { details: { file: name }, cause },
    )
  }
}

/** Reads one line; every fault names it. */
class LineReader {
  readonly #name: string
  readonly #line: number

  constructor(name: string, line: number) {
    this.#name = name
    this.#line = line
  }

  drawing(text: string): Drawing {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(
        'drawing/bad-json',
        `Line ${this.#line} of ${this.#name} is no JSON: ${reason}. Each line holds one drawing as a JSON object.`,
        { details: { file: this.#name, line: this.#line }, cause },
      )
    }
    if (!isRecord(value)) throw this.#bad('the line', 'an object', value)
    return {
      label: this.#label(value['label']),
      strokes: this.#strokes(value['strokes']),
      width: this.#side(value['width'], 'width'),
      height: this.#side(value['height'], 'height'),
    }
  }

  #label(value: unknown): number | null {
    if (value === null || value === undefined) return null
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9) return value
    throw this.#bad('"label"', 'a digit from 0 to 9 or null', value)
  }

  #side(value: unknown, key: string): number {
    if (typeof value === 'number' && value > 0 && value <= limits.side) return value
    throw this.#bad(`"${key}"`, `a number above 0, at most ${limits.side}`, value)
  }

  #strokes(value: unknown): Stroke[] {
    if (!Array.isArray(value) || value.length > limits.strokes) {
      throw this.#bad('"strokes"', `a list of at most ${limits.strokes} strokes`, value)
    }
    const strokes = value.map((stroke: unknown, index) => this.#stroke(stroke, `stroke ${index + 1}`))
    const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0)
    if (points <= MOST_POINTS) return strokes
    throw this.#bad('"strokes"', `at most ${MOST_POINTS} points in all`, points)
  }

  #stroke(value: unknown, where: string): Stroke {
    if (!Array.isArray(value) || value.length === 0 || value.length > limits.points) {
      throw this.#bad(where, `a list of 1 to ${limits.points} points`, value)
    }
    return value.map((point: unknown, index) => this.#point(point, `point ${index + 1} of ${where}`))
  }

  #point(value: unknown, where: string): Point {
    const expected = '[x, y], [x, y, pressure] or [x, y, pressure, time]'
    if (!Array.isArray(value)) throw this.#bad(where, expected, value)
    const [x, y, pressure, time, ...more] = value as readonly unknown[]
    if (!isCoordinate(x) || !isCoordinate(y) || more.length > 0) throw this.#bad(where, expected, value)
    if (value.length === 2) return [x, y]
    if (typeof pressure !== 'number' || pressure < 0 || pressure > 1) {
      throw this.#bad(`the pressure at ${where}`, 'a number from 0 to 1', pressure)
    }
    if (value.length === 3) return [x, y, pressure]
    if (typeof time !== 'number' || time < 0) throw this.#bad(`the time at ${where}`, 'milliseconds, 0 or more', time)
    return [x, y, pressure, time]
  }

  #bad(where: string, expected: string, found: unknown): AppError {
    return new AppError(
      'drawing/bad-format',
      `Line ${this.#line} of ${this.#name}: ${where} should be ${expected}, but is ${shown(found)}.`,
      { details: { file: this.#name, line: this.#line } },
    )
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCoordinate(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= limits.coordinate
}

/** A value as a message shows it, shortened. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}
