/**
 * The drawing on the Draw page: its strokes, undo and redo, and the stroke under the pen. It outlives a change of page and,
 * in sessionStorage, a reload. Nothing here knows React; the pen's points go into a plain array, so that drawing stays cheap.
 */
import { createStore } from 'zustand'
import type { Drawing, Point, Stroke } from '../../data/drawing.ts'

/** Side of the square that coordinates refer to; the canvas is scaled to it. */
export const CANVAS_SIDE = 1000
/** What stands for the pressure of a mouse or a finger: it leaves the pen as wide as it is. */
export const NO_PRESSURE = 0.5

type DrawingState = {
  readonly strokes: readonly Stroke[]
  readonly past: readonly (readonly Stroke[])[]
  readonly future: readonly (readonly Stroke[])[]
}

const KEY = 'inkling-drawing'
const HISTORY = 200

/** The finished strokes; a stroke joins them when the pen is lifted. */
export const drawing = createStore<DrawingState>(() => ({ strokes: restore(), past: [], future: [] }))

let live: Point[] | null = null
/** When the present drawing was begun, by the clock of pointer events; null where that was in another life of the page. */
let begunAt: number | null = null
const liveListeners = new Set<() => void>()

function tellLive(): void {
  for (const listener of liveListeners) listener()
}

/** Called at every new point and at every change of the finished strokes. */
export function onInk(listener: () => void): () => void {
  liveListeners.add(listener)
  return () => {
    liveListeners.delete(listener)
  }
}

/** Finished strokes and the one under the pen. */
export function allStrokes(): readonly Stroke[] {
  const { strokes } = drawing.getState()
  return live === null ? strokes : [...strokes, live]
}

export function asDrawing(strokes: readonly Stroke[], label: number | null = null): Drawing {
  return { label, strokes, width: CANVAS_SIDE, height: CANVAS_SIDE }
}

/** The stroke under the pen, growing; null when the pen is up. */
export function liveStroke(): readonly Point[] | null {
  return live
}

function commit(strokes: readonly Stroke[]): void {
  drawing.setState((state) => ({
    strokes,
    past: [...state.past.slice(-HISTORY), state.strokes],
    future: [],
  }))
  keep()
  tellLive()
}

/**
 * Milliseconds into the drawing, of an event at `stamp`. A drawing that was begun before a reload goes on where its last point was.
 */
export function timeInDrawing(stamp: number): number {
  const { strokes } = drawing.getState()
  if (strokes.length === 0 && live === null) begunAt = stamp
  const last = strokes.reduce((latest, stroke) => Math.max(latest, stroke.at(-1)?.[3] ?? 0), 0)
  if (begunAt === null || stamp - begunAt < last) begunAt = stamp - last
  return Math.round(stamp - begunAt)
}

export function beginStroke(point: Point): void {
  live = [point]
  tellLive()
}

export function extendStroke(points: readonly Point[]): void {
  if (live === null || points.length === 0) return
  live.push(...points)
  tellLive()
}

export function endStroke(): void {
  if (live === null) return
  const stroke = live
  live = null
  commit([...drawing.getState().strokes, stroke])
}

/** Replaces what is drawn; can be undone. */
export function putStrokes(strokes: readonly Stroke[]): void {
  endStroke()
  commit(strokes)
}

/** A fresh sheet: what was drawn is in other hands, and cannot be brought back by `undo`. */
export function takeDrawing(): readonly Stroke[] {
  endStroke()
  const { strokes } = drawing.getState()
  drawing.setState({ strokes: [], past: [], future: [] })
  keep()
  tellLive()
  return strokes
}

/** Returns false when there was nothing to clear. */
export function clearDrawing(): boolean {
  if (drawing.getState().strokes.length === 0) return false
  putStrokes([])
  return true
}

export function undo(): void {
  step('past', 'future')
}

export function redo(): void {
  step('future', 'past')
}

function step(from: 'past' | 'future', to: 'past' | 'future'): void {
  if (live !== null) return
  drawing.setState((state) => {
    const strokes = state[from].at(-1)
    if (strokes === undefined) return state
    return { ...state, strokes, [from]: state[from].slice(0, -1), [to]: [...state[to], state.strokes] }
  })
  keep()
  tellLive()
}

function keep(): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drawing.getState().strokes))
  } catch (error) {
    // A full store costs no more than the drawing's life beyond a reload.
    console.info('The drawing is not kept for a reload:', error)
  }
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length >= 2 && value.every((part) => typeof part === 'number')
}

function restore(): readonly Stroke[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    if (!Array.isArray(stored)) return []
    return stored.filter(
      (stroke): stroke is Stroke => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint),
    )
  } catch (error) {
    console.info('The kept drawing could not be read:', error)
    return []
  }
}
