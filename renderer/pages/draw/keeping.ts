/** Keeping what is on the canvas as one's own handwriting: how it leaves the canvas, is told, and is taken back. */
import { createStore } from 'zustand'
import type { Point, Stroke } from '../../../data/drawing.ts'
import { toErrorPayload } from '../../../data/error.ts'
import type { KeptDrawing } from '../../../main/contract/types.ts'
import { client, onEngineReady } from '../../connection.ts'
import { asDrawing, drawing, onInk, putStrokes, takeDrawing, undo } from '../../store/drawing.ts'
import { Outbox } from '../../store/outbox.ts'
import { articleFor, count } from '../../ui/format.ts'
import { toastInPlace } from '../../ui/index.ts'
import { sampleDrawings } from './sample-drawings.ts'

/** The drawing that was kept last, as long as nothing new is drawn: what Undo is about then. */
export const lastKept = createStore<{ readonly kept: KeptDrawing['saved'] | null }>(() => ({ kept: null }))

/** As the contract wants it: what is not known is left out. */
function exactPoint([x, y, pressure, time]: Point):
  readonly [number, number] | readonly [number, number, number] | readonly [number, number, number, number] {
  if (pressure === undefined) return [x, y]
  return time === undefined ? [x, y, pressure] : [x, y, pressure, time]
}

export const outbox = new Outbox({
  save: async ({ key, drawing: own }) => {
    const strokes = own.strokes.map((stroke) => stroke.map(exactPoint))
    return await client.call('drawing.save', { drawing: { ...own, strokes }, key })
  },
  onKept: tellKept,
  storage: localStorage,
})
onEngineReady(() => void outbox.send())
onInk(() => {
  if (drawing.getState().strokes.length > 0) lastKept.setState({ kept: null })
})

/** Why what is drawn cannot be kept; null where it can. */
export function whyNotKept(strokes: readonly Stroke[]): string | null {
  if (strokes.length === 0) return 'Draw a digit first, then say which one it is'
  if (isSample(strokes)) return "This is one of Inkling's samples. Draw the digit yourself to keep it"
  return null
}

function isSample(strokes: readonly Stroke[]): boolean {
  const points = strokes.map((stroke) => stroke.length).join()
  return sampleDrawings.some(
    (sample) =>
      sample.map((stroke) => stroke.length).join() === points && JSON.stringify(sample) === JSON.stringify(strokes),
  )
}

/** Keeps the drawing as this digit, and clears the canvas for the next one. */
export function keepAs(digit: number): void {
  outbox.add(asDrawing(takeDrawing(), digit))
}

/** What happens to drawings is told here, the newest alone. */
export const toast = toastInPlace()

function tellKept({ saved, labeled }: KeptDrawing): void {
  const { label } = saved.drawing
  if (label === null) return
  if (drawing.getState().strokes.length === 0) lastKept.setState({ kept: saved })
  const what = `Kept as ${articleFor(label)} ${label}${saved.split === 'test' ? ', put aside for testing' : ''}`
  toast({ message: `${what}: ${count(labeled, 'drawing')}`, undo: () => void takeBack(saved) })
}

/** Removes a kept drawing and puts it back on the canvas; what was drawn since comes back with `undo`. */
export async function takeBack({ id, drawing: { strokes } }: KeptDrawing['saved']): Promise<void> {
  try {
    await client.call('drawing.remove', { drawing: id })
  } catch (thrown) {
    const { code, message } = toErrorPayload(thrown)
    if (code !== 'drawing/unknown') {
      toast({ message })
      return
    }
  }
  const newer = drawing.getState().strokes.length > 0
  putStrokes(strokes)
  lastKept.setState({ kept: null })
  if (newer) toast({ message: 'The kept drawing is back. Undo brings the newer one', undo })
}

/** Undo as a person means it: of the last thing that was done, be it ink or keeping. */
export function undoLast(): void {
  const { kept } = lastKept.getState()
  if (kept === null) undo()
  else void takeBack(kept)
}
