/** A run whose computing breaks down half-way, as when a device is lost: what it learned stays and can be gone on with. */
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import type { EventListener } from '../../../main/contract/events.ts'
import type { RunSummary } from '../../../main/contract/types.ts'
import { createEventHub } from '../../../main/engine/events.ts'
import { openEngineLibrary, readRecord, type EngineLibrary } from '../../../main/engine/library.ts'
import { RunManager } from '../../../main/engine/run-manager.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory } from '../../contract/doors.ts'

let dataDirectory: string
let library: EngineLibrary
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
  library = await openEngineLibrary(dataDirectory)
})
afterAll(async () => {
  library.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

const specification: RunSpecification = {
  ...defaultSpecification(),
  dataset: 'mnist',
  batchSize: 20,
  epochs: 5,
  optimizer: 'momentum',
}

/** A manager of runs with images of its own. */
function manage() {
  const datasets = new Datasets({ dataDirectory, searchFolders: [] })
  const { emit, onEvent } = createEventHub()
  const manager = new RunManager({ library, datasets, emit, onModelRemoved: async () => undefined })
  const until = (accept: (run: RunSummary) => boolean): Promise<RunSummary> =>
    new Promise((resolve) => {
      const listener: EventListener = (name, payload) => {
        if (name !== 'run.changed' || !('run' in payload) || typeof payload.run === 'number') return
        if (!accept(payload.run)) return
        stop()
        resolve(payload.run)
      }
      const stop = onEvent(listener)
    })
  return { datasets, manager, until }
}

test('its weights are kept, and elsewhere it goes on as if nothing had been', async () => {
  const whole = manage()
  const finished = whole.until(({ state }) => state === 'finished')
  const { id: undisturbed } = whole.manager.start(specification, false)
  await finished
  const { losses } = readRecord(library, undisturbed)

  const first = manage()
  const waiting = first.until(({ state, step }) => state === 'paused' && step === 0)
  const { id } = first.manager.start(specification, true)
  await waiting
  const stepped = first.until(({ state, step }) => state === 'paused' && step === 33)
  await first.manager.step(id, 33)
  await stepped
  // The images are taken away: what computes fails from the next mini-batch on.
  const { images } = await first.datasets.load('mnist', 'train')
  if (!(images.buffer instanceof ArrayBuffer)) throw new Error('images lie in an ordinary buffer')
  structuredClone(images.buffer, { transfer: [images.buffer] })
  const failed = first.until(({ state }) => state === 'failed')
  await first.manager.resume(id)
  expect(await failed).toMatchObject({ step: 33, model: `run-${id}`, problem: { code: 'internal/unexpected' } })
  expect(await library.checkpoints.steps(id)).toContain(33)

  const second = manage()
  const done = second.until(({ state }) => state === 'finished')
  second.manager.continue(id, { device: 'cpu', paused: false })
  expect(await done).toMatchObject({ id, problem: null, device: { requested: 'cpu', used: 'cpu' } })
  expect(readRecord(library, id).losses).toEqual(losses)
})
