/** The import that the Data page has under way: picked files, settings, sending, reading, result. One at a time; no React. */
import { createStore } from 'zustand'
import { AppError, toErrorPayload } from '../../../../data/error.ts'
import type { ErrorPayload } from '../../../../data/error.ts'
import type { ImportInfo, ImportReport } from '../../../../main/contract/transfers.ts'
import type { ArgumentsOf } from '../../../../main/contract/commands.ts'
import { client, onEngineReady } from '../../../connection.ts'
import { count } from '../../../ui/format.ts'
import { showToast } from '../../../ui/toast.tsx'
import type { PickedFile } from './picked-files.ts'
import { recognize } from './recognize.ts'
import type { Recognized } from './recognize.ts'
import { discard, uploadFiles } from './upload.ts'

export type ImportSettings = Required<
  Pick<ArgumentsOf<'import.start'>, 'name' | 'resize' | 'invert' | 'labels' | 'holdOut'>
> & {
  /** The classes to take, at most as many as a set can have; null for all. */
  readonly classes: readonly string[] | null
}

/** Part of the images that is put aside unless a person says otherwise: without test images a set cannot be trained on. */
const HOLD_OUT = 0.2

/** As many classes as a set can have. */
export const MOST_CLASSES = 10

/** What was picked, and how it is to be imported. */
export type Picked = {
  readonly files: readonly PickedFile[]
  readonly bytes: number
  readonly recognized: Recognized
  readonly settings: ImportSettings
  /** Names of the classes, known once there were too many of them; else null. */
  readonly classes: readonly string[] | null
  /** Name of the upload, where the files were sent already: a failed import can be tried again without. */
  readonly upload: string | null
}

export type ImportState =
  | { readonly step: 'none' }
  /** Folders are gone through. */
  | { readonly step: 'looking' }
  | { readonly step: 'unreadable'; readonly problem: ErrorPayload }
  /** `problem`: why the last try failed. */
  | { readonly step: 'settings'; readonly picked: Picked; readonly problem: ErrorPayload | null }
  | { readonly step: 'sending'; readonly picked: Picked; readonly sent: number }
  | {
      readonly step: 'reading'
      readonly picked: Picked
      readonly id: number
      readonly fraction: number | null
      readonly images: number
    }
  | { readonly step: 'done'; readonly dataset: string; readonly report: ImportReport }
  | { readonly step: 'drawn'; readonly read: number; readonly saved: number; readonly unlabeled: boolean }

export const importing = createStore<ImportState>(() => ({ step: 'none' }))

let controller: AbortController | null = null

function set(state: ImportState): void {
  importing.setState(state, true)
}

/** Takes files over, as soon as they are known, and asks how they are to be imported. An import under way goes on instead. */
export async function pick(files: Promise<readonly PickedFile[]> | readonly PickedFile[]): Promise<void> {
  const { step } = importing.getState()
  if (step === 'sending' || step === 'reading') return
  closeImport()
  set({ step: 'looking' })
  try {
    const picked = await files
    if (picked.length === 0) {
      throw new AppError(
        'import/no-images',
        'There is no file in what was chosen. Choose files, or a folder that holds some.',
      )
    }
    const recognized = await recognize(picked)
    const { name } = await client.call('import.suggestName', { text: recognized.name.slice(0, 1024) })
    if (importing.getState().step !== 'looking') return
    set({
      step: 'settings',
      problem: null,
      picked: {
        files: picked,
        bytes: picked.reduce((sum, { file }) => sum + file.size, 0),
        recognized,
        settings: { name, resize: 'ink', invert: false, labels: null, holdOut: HOLD_OUT, classes: null },
        classes: null,
        upload: null,
      },
    })
  } catch (error) {
    if (importing.getState().step === 'looking') set({ step: 'unreadable', problem: payloadOf(error) })
  }
}

export function changeSettings(change: Partial<ImportSettings>): void {
  const state = importing.getState()
  if (state.step !== 'settings') return
  set({ ...state, picked: { ...state.picked, settings: { ...state.picked.settings, ...change } } })
}

/** Sends the files and has them imported. */
export async function startImport(): Promise<void> {
  const state = importing.getState()
  if (state.step !== 'settings') return
  let { picked } = state
  const own = new AbortController()
  controller = own
  try {
    if (picked.upload === null) {
      set({ step: 'sending', picked, sent: 0 })
      const upload = await uploadFiles(
        picked.files,
        (sent) => {
          if (!own.signal.aborted) set({ step: 'sending', picked, sent })
        },
        own.signal,
      )
      picked = { ...picked, upload }
    }
    if (picked.recognized.kind === 'drawings') await importDrawings(picked)
    else await importSet(picked)
  } catch (error) {
    if (!own.signal.aborted) set({ step: 'settings', picked, problem: payloadOf(error) })
  }
}

async function importDrawings(picked: Picked): Promise<void> {
  const { read, saved } = await client.call('drawing.import', { source: { upload: picked.upload ?? '' } })
  const drawings = await client.call('drawing.list', {})
  set({ step: 'drawn', read, saved, unlabeled: drawings.every(({ drawing }) => drawing.label === null) })
}

async function importSet(picked: Picked): Promise<void> {
  const { recognized, upload } = picked
  const { classes, ...settings } = picked.settings
  const { import: id } = await client.call('import.start', {
    source: { upload: upload ?? '' },
    title: recognized.name.slice(0, 200),
    ...settings,
    ...(classes === null ? {} : { classes: [...classes] }),
  })
  set({ step: 'reading', picked, id, fraction: null, images: 0 })
}

/** Ends what is under way and goes back to the settings. */
export async function cancelImport(): Promise<void> {
  const state = importing.getState()
  if (state.step === 'sending') {
    controller?.abort()
    set({ step: 'settings', picked: { ...state.picked, upload: null }, problem: null })
  } else if (state.step === 'reading') {
    // The end of it comes as an event.
    await client.call('import.cancel', { import: state.id })
  }
}

/** Puts the dialog away. */
export function closeImport(): void {
  const state = importing.getState()
  if (state.step === 'settings' && state.picked.upload !== null) void discard(state.picked.upload)
  set({ step: 'none' })
}

client.on('import.progressed', ({ import: id, fraction, images }) => {
  const state = importing.getState()
  if (state.step === 'reading' && state.id === id) set({ ...state, fraction, images })
})

client.on('import.ended', ({ import: info }) => {
  const state = importing.getState()
  if (state.step !== 'reading' || state.id !== info.import) {
    tellOther(info)
    return
  }
  const { picked } = state
  if (info.state === 'done' && info.result !== null) {
    set({ step: 'done', dataset: info.dataset, report: info.result.report })
  } else if (info.state === 'failed') {
    set({ step: 'settings', picked: withClasses(picked, info.problem), problem: info.problem })
  } else {
    set({ step: 'settings', picked: { ...picked, upload: null }, problem: null })
  }
})

/** Offers the first classes where there are too many. */
function withClasses(picked: Picked, problem: ErrorPayload | null): Picked {
  const names = problem?.code === 'import/too-many-classes' ? problem.details['names'] : null
  if (typeof names !== 'string') return picked
  const classes = names.split('\n')
  return { ...picked, classes, settings: { ...picked.settings, classes: classes.slice(0, MOST_CLASSES) } }
}

onEngineReady(() => {
  const state = importing.getState()
  if (state.step !== 'reading') {
    tellRunning().catch((error: unknown) => {
      console.info('What is being imported could not be read:', error)
    })
    return
  }
  set({
    step: 'settings',
    picked: { ...state.picked, upload: null },
    problem: {
      code: 'engine/crashed',
      message:
        'The engine was started anew, and the import ended with the old one. Nothing of it was kept. Import again.',
      details: {},
    },
  })
})

/** Tells of imports that this page did not begin: before it was opened anew, or in another window. */
async function tellRunning(): Promise<void> {
  for (const { source, state } of await client.call('import.list', {})) {
    if (state === 'running') showToast({ message: `${source} is still being imported.` })
  }
}

function tellOther({ state, source, dataset, images, problem }: ImportInfo): void {
  if (state === 'done') showToast({ message: `${source} is imported: ${count(images, 'image')}, as ${dataset}.` })
  else if (problem !== null) showToast({ message: `${source} was not imported. ${problem.message}` })
}

/** A file that was moved or changed since it was picked is told by the browser. */
function payloadOf(error: unknown): ErrorPayload {
  if (!(error instanceof DOMException)) return toErrorPayload(error)
  return {
    code: 'file/unreadable',
    message: `A file cannot be read: ${error.message.replace(/\.$/, '')}. It may have been changed or moved since it was chosen. Choose it again.`,
    details: {},
  }
}
