/** Which models stand in the table: the two averages, the starter, and up to two finished runs, the newest by default. */
import { useMemo, useState } from 'react'
import type { ModelInfo } from '../../../main/contract/types.ts'
import { runNumber } from './answer.ts'

/** Columns that the table has room for. */
const ROOM = 5
const KEY = 'inkling-chosen-runs'

function readChosen(): readonly string[] {
  return (sessionStorage.getItem(KEY) ?? '').split(' ').filter((id) => id !== '')
}

export type Columns = {
  readonly models: readonly ModelInfo[]
  /** Every run that could stand in a run's column, newest first. */
  readonly runs: readonly ModelInfo[]
  readonly chooseRun: (instead: string, chosen: string) => void
}

export function useColumns(all: readonly ModelInfo[]): Columns {
  const [chosen, setChosen] = useState(readChosen)
  return useMemo(() => {
    const averages = all.filter((model) => model.kind === 'average')
    const trained = all.filter((model) => model.kind === 'trained')
    const shipped = trained.filter((model) => runNumber(model) === null)
    const runs = trained
      .filter((model) => runNumber(model) !== null)
      .sort((a, b) => (runNumber(b) ?? 0) - (runNumber(a) ?? 0))
    const fixed = [...averages, ...shipped]
    const slots = Math.min(runs.length, Math.max(1, ROOM - fixed.length))
    const picked = chosen.map((id) => runs.find((run) => run.id === id)).filter((run) => run !== undefined)
    const rest = runs.filter((run) => !picked.includes(run))
    const shown = [...picked, ...rest].slice(0, slots)
    return {
      models: [...fixed, ...shown],
      runs,
      chooseRun: (instead, choice) => {
        // Where the choice already has a column, the two change places.
        const next = shown.map(({ id }) => (id === instead ? choice : id === choice ? instead : id))
        sessionStorage.setItem(KEY, next.join(' '))
        setChosen(next)
      },
    }
  }, [all, chosen])
}
