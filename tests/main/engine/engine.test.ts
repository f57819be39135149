/** What an engine leaves for the next one: runs, their figures, their models. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventName, Events } from '../../../main/contract/events.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory } from '../../contract/doors.ts'

let dataDirectory: string
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
})
afterAll(async () => {
  await rm(dataDirectory, { recursive: true, force: true })
})

const open = (): Promise<Engine> =>
  createEngine({ dataDirectory, searchFolders: [], starterFolder: join(root, 'native', 'starter'), version: '0.0.0' })

function eventOf<Name extends EventName>(
  engine: Engine,
  wanted: Name,
  accept: (payload: Events[Name]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.onEvent((name: EventName, payload) => {
      if (name !== wanted || !accept(payload as unknown as Events[Name])) return
      stop()
      resolve()
    })
  })
}

const specification = { ...defaultSpecification(), dataset: 'mnist', batchSize: 20 }

test('an engine that is closed while it trains keeps the run, with the model as far as it came', async () => {
  const first = await open()
  const trained = eventOf(first, 'run.epochEnded', ({ epoch }) => epoch.epoch === 3)
  const { id } = await first.handlers['run.start']({ specification: { ...specification, epochs: 10_000 } })
  await trained
  await first.close()

  const second = await open()
  const record = await second.handlers['run.read']({ run: id })
  expect(record.run).toMatchObject({ state: 'interrupted', model: `run-${id}` })
  expect(record.losses).toHaveLength(record.run.step)
  expect(record.losses.every(Number.isFinite)).toBe(true)
  expect(record.epochs.length).toBeGreaterThanOrEqual(3)
  const models = await second.handlers['model.list']({})
  expect(models.map((model) => model.id)).toContain(`run-${id}`)
  await second.close()
})

test('weights of a finished run are the same from memory and from its file', async () => {
  const first = await open()
  const finished = eventOf(first, 'run.changed', ({ run }) => run.state === 'finished')
  const simple = { ...specification, model: 'simple_net', epochs: 1 } as const
  const { id } = await first.handlers['run.start']({ specification: simple })
  await finished
  const before = await first.handlers['run.weights']({ run: id })
  await first.close()

  const second = await open()
  const after = await second.handlers['run.weights']({ run: id })
  expect(after).toEqual(before)
  expect(after).toMatchObject({ kind: 'hidden', count: 30, step: 20 })
  await second.close()
})

test('a run without a saved model has no weights, and says so', async () => {
  const first = await open()
  const failed = eventOf(first, 'run.changed', ({ run }) => run.state === 'failed')
  const { id } = await first.handlers['run.start']({ specification: { ...specification, dataset: 'fashion_mnist' } })
  await failed
  await expect(first.handlers['run.weights']({ run: id })).rejects.toMatchObject({ code: 'train/wrong-state' })
  await first.close()
})

test('a removed run takes its model with it', async () => {
  const first = await open()
  const [saved] = (await first.handlers['run.list']({})).filter(({ model }) => model !== null)
  const strokes: [number, number][][] = [
    [
      [10, 10],
      [10, 90],
    ],
  ]
  const drawing = { strokes, width: 100, height: 100, models: [saved!.model!] }
  expect((await first.handlers['digit.predict'](drawing)).predictions).toHaveLength(1)
  await first.handlers['run.remove']({ run: saved!.id })
  await expect(first.handlers['digit.predict'](drawing)).rejects.toMatchObject({ code: 'model/unknown' })
  await first.close()
})
