/** The export that the Data page has under way: the engine packs an archive, the page reads it and saves it. One at a time; no React. */
import { createStore } from 'zustand'
import { toErrorPayload } from '../../../../data/error.ts'
import type { ErrorPayload } from '../../../../data/error.ts'
import type { ExportFormat, ExportInfo } from '../../../../main/contract/transfers.ts'
import { client, onEngineReady } from '../../../connection.ts'
import { megabytes } from '../../../ui/format.ts'
import { showToast } from '../../../ui/toast.tsx'
import { saveFile } from './save-file.ts'

export type ExportState =
  | { readonly step: 'none' }
  /** `fraction`: 0..1 of the packing, null while the archive is read. */
  | { readonly step: 'running'; readonly dataset: string; readonly id: number | null; readonly fraction: number | null }
  | { readonly step: 'failed'; readonly dataset: string; readonly problem: ErrorPayload }

export const exporting = createStore<ExportState>(() => ({ step: 'none' }))

function set(state: ExportState): void {
  exporting.setState(state, true)
}

/** Whether this export is still the one that is wanted. */
function isCurrent(id: number): boolean {
  const state = exporting.getState()
  return state.step === 'running' && state.id === id
}

/** Packs a set into a zip archive and saves it. */
export async function startExport(dataset: string, format: ExportFormat): Promise<void> {
  if (exporting.getState().step === 'running') return
  set({ step: 'running', dataset, id: null, fraction: 0 })
  try {
    const { export: id } = await client.call('export.start', { dataset, format, folder: null })
    set({ step: 'running', dataset, id, fraction: 0 })
  } catch (error) {
    set({ step: 'failed', dataset, problem: toErrorPayload(error) })
  }
}

export async function cancelExport(): Promise<void> {
  const state = exporting.getState()
  if (state.step !== 'running' || state.id === null) return
  set({ step: 'none' })
  await giveUp(state.id)
}

/** Saves all of a person's drawings as JSON lines. */
export async function exportDrawings(): Promise<void> {
  const { fileName, text, count } = await client.call('drawing.export', {})
  saveFile(fileName, [text], 'application/jsonl')
  showToast({ message: `${fileName} is saved: ${count === 1 ? 'one drawing' : `${count} drawings`}.` })
}

async function readArchive({ export: id, dataset, fileName, bytes: size }: ExportInfo): Promise<void> {
  try {
    set({ step: 'running', dataset, id, fraction: null })
    const parts: Uint8Array<ArrayBuffer>[] = []
    let offset = 0
    for (;;) {
      const { bytes, isLast } = await client.call('export.read', { export: id, offset })
      if (!isCurrent(id)) return
      // A copy of its own: what came may lie in a larger buffer.
      parts.push(new Uint8Array(bytes))
      offset += bytes.length
      if (isLast) break
    }
    const name = fileName ?? `${dataset}.zip`
    saveFile(name, parts, 'application/zip')
    set({ step: 'none' })
    showToast({ message: `${name} is saved, ${megabytes(size)}.` })
  } catch (error) {
    set({ step: 'failed', dataset, problem: toErrorPayload(error) })
  }
  await giveUp(id)
}

async function giveUp(id: number): Promise<void> {
  try {
    await client.call('export.cancel', { export: id })
  } catch (error) {
    console.info('An export could not be given up:', error)
  }
}

client.on('export.progressed', ({ export: id, fraction }) => {
  const state = exporting.getState()
  if (state.step === 'running' && state.id === id) set({ ...state, fraction })
})

client.on('export.ended', ({ export: info }) => {
  if (!isCurrent(info.export)) return
  if (info.state === 'done') void readArchive(info)
  else if (info.problem !== null) set({ step: 'failed', dataset: info.dataset, problem: info.problem })
  else set({ step: 'none' })
})

onEngineReady(() => {
  const state = exporting.getState()
  if (state.step !== 'running') return
  set({
    step: 'failed',
    dataset: state.dataset,
    problem: {
      code: 'engine/crashed',
      message:
        'The engine was started anew, and the export ended with the old one. The data set is unharmed. Export it again.',
      details: {},
    },
  })
})
