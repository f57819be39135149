/** The drawing on the canvas: its times, what a fresh sheet forgets, and ink that is never dropped. */
import { beforeEach, expect, test, vi } from 'vitest'
import {
  allStrokes,
  beginStroke,
  drawing,
  endStroke,
  extendStroke,
  NO_PRESSURE,
  putStrokes,
  redo,
  takeDrawing,
  timeInDrawing,
  undo,
} from '../../renderer/store/drawing.ts'

vi.hoisted(() => {
  Object.assign(globalThis, { sessionStorage: { getItem: () => null, setItem: () => undefined } })
})

beforeEach(() => {
  takeDrawing()
})

function stroke(from: number, to: number): void {
  beginStroke([1, 1, NO_PRESSURE, timeInDrawing(from)])
  extendStroke([[2, 2, NO_PRESSURE, timeInDrawing(to)]])
  endStroke()
}

const times = (): (number | undefined)[][] => allStrokes().map((points) => points.map(([, , , time]) => time))

test('times run from the first point of the drawing, through the pauses between its strokes', () => {
  stroke(5000.4, 5100)
  stroke(5350, 5400)
  expect(times()).toEqual([
    [0, 100],
    [350, 400],
  ])
  undo()
  undo()
  stroke(9000, 9010)
  expect(times()).toEqual([[0, 10]])
})

test('a drawing whose beginning is not known goes on where its last point was', () => {
  putStrokes([
    [
      [1, 1, 0.5, 0],
      [2, 2, 0.5, 700],
    ],
  ])
  stroke(20, 60)
  expect(times().at(-1)).toEqual([700, 740])
})

test('a fresh sheet has no past', () => {
  stroke(0, 10)
  stroke(20, 30)
  undo()
  expect(takeDrawing()).toHaveLength(1)
  expect(drawing.getState()).toEqual({ strokes: [], past: [], future: [] })
  undo()
  redo()
  expect(allStrokes()).toEqual([])
})

test('the stroke under the pen is part of what is taken, and is not lost where something else is put', () => {
  beginStroke([1, 1])
  expect(takeDrawing()).toEqual([[[1, 1]]])
  beginStroke([2, 2])
  putStrokes([[[3, 3]]])
  expect(allStrokes()).toEqual([[[3, 3]]])
  undo()
  expect(allStrokes()).toEqual([[[2, 2]]])
})
