/**
 * Keeps the models' answers up with the pen: at most one request is under way, and the next one always carries the newest
 * ink. Measures the time from the pointer event's handler to the changed bars (`inkling:pointer-to-bars`).
 */
import { createStore } from 'zustand'
import type { Stroke } from '../../../data/drawing.ts'
import { AppError } from '../../../data/error.ts'
import type { ArgumentsOf } from '../../../main/contract/commands.ts'
import type { Reading } from '../../../main/contract/types.ts'
import { client } from '../../connection.ts'
import { allStrokes, CANVAS_SIDE, NO_PRESSURE } from '../../store/drawing.ts'
import { sampleDrawings } from './sample-drawings.ts'

type ReadingState = {
  /** The newest answer, or null before the first one. */
  readonly reading: Reading | null
  readonly error: AppError | null
  /** When the oldest ink in this answer came in, by performance.now(). */
  readonly inkAt: number
}

export const readings = createStore<ReadingState>(() => ({ reading: null, error: null, inkAt: 0 }))

let models: readonly string[] = []
let busy = false
/** When the oldest ink that no request carries yet came in; null when all ink is under way. */
let waitingSince: number | null = null

/** Reads with these models from now on, in this order. */
export function readWith(ids: readonly string[]): void {
  if (ids.join(' ') === models.join(' ')) return
  models = ids
  void warmUp()
  readAgain()
}

/** Has the engine load these models before the first stroke, which would have to wait for it. The answer is not used. */
async function warmUp(): Promise<void> {
  if (models.length === 0 || allStrokes().length > 0) return
  try {
    await client.call('digit.predict', request(sampleDrawings[3] ?? []))
  } catch (error) {
    console.info('The models could not be loaded ahead:', error)
  }
}

function request(strokes: readonly Stroke[]): ArgumentsOf<'digit.predict'> {
  return {
    strokes: strokes.map((stroke) =>
      stroke.map(([x, y, pressure = NO_PRESSURE]) => (pressure === NO_PRESSURE ? [x, y] : [x, y, pressure])),
    ),
    width: CANVAS_SIDE,
    height: CANVAS_SIDE,
    models: [...models],
  }
}

/** The ink, the models or the engine changed: asks as soon as the request under way is answered. */
export function readAgain(): void {
  waitingSince ??= performance.now()
  if (!busy) void ask()
}

async function ask(): Promise<void> {
  if (waitingSince === null || models.length === 0) return
  busy = true
  const inkAt = waitingSince
  waitingSince = null
  try {
    const reading = await client.call('digit.predict', request(allStrokes()))
    readings.setState({ reading, error: null, inkAt })
  } catch (thrown) {
    // Without an engine or a connection the shell tells; the ink is read again when they are back.
    const error =
      thrown instanceof AppError ? thrown : new AppError('internal/unexpected', String(thrown), { cause: thrown })
    const passing = error.code === 'engine/crashed' || error.code === 'channel/closed'
    readings.setState({ error: passing ? null : error })
  } finally {
    busy = false
  }
  // A request that failed is not repeated by itself; new ink asks again.
  if (waitingSince !== null) void ask()
}

const MEASURE = 'inkling:pointer-to-bars'
let measured = 0

/** To be called when the bars of this answer stand in the document. */
export function markShown(inkAt: number): void {
  if (inkAt === 0) return
  if (measured >= 2000) {
    performance.clearMeasures(MEASURE)
    measured = 0
  }
  measured += 1
  performance.measure(MEASURE, { start: inkAt, end: performance.now() })
}
