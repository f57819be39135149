/** The one run store of the page and its time machine, fed by its connection, and the hooks that components read them with. */
import { useStore } from 'zustand'
import { client, onEngineReady } from '../connection.ts'
import type { ArgumentsOf } from '../../main/contract/commands.ts'
import { CANVAS_SIDE, drawing } from './drawing.ts'
import { createRunStore } from './run-store.ts'
import type { RunsState } from './run-store.ts'
import { createTimeMachine, type TimeState } from './time-machine.ts'

export const runs = createRunStore(client)
export const timeMachine = createTimeMachine(client, runs, drawn)

/** What is drawn on the Draw page. */
function drawn(): ArgumentsOf<'run.at'>['drawing'] | null {
  const { strokes } = drawing.getState()
  if (strokes.length === 0) return null
  const plain = strokes.map((stroke) =>
    stroke.map(([x, y, pressure]): [number, number] | [number, number, number] =>
      pressure === undefined ? [x, y] : [x, y, pressure],
    ),
  )
  return { strokes: plain, width: CANVAS_SIDE, height: CANVAS_SIDE }
}

onEngineReady(() => {
  void runs.refresh()
  timeMachine.again()
})

export function useRuns<T>(selector: (state: RunsState) => T): T {
  return useStore(runs.api, selector)
}

export function useTime<T>(selector: (state: TimeState) => T): T {
  return useStore(timeMachine.api, selector)
}
