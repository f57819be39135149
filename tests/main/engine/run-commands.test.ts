/** Commands to a run that is still being prepared: each is heard at once, and carried out when there is something to carry out. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commands } from '../../../main/contract/commands.ts'
import type { RunRecord, RunState, RunSummary } from '../../../main/contract/types.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory } from '../../contract/doors.ts'

let dataDirectory: string
let engine: Engine
beforeEach(async () => {
  dataDirectory = await makeDataDirectory()
  const starterFolder = join(root, 'native', 'starter')
  engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
})
afterEach(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** 20 mini-batches an epoch, 60 in all. */
const specification: RunSpecification = { ...defaultSpecification(), dataset: 'mnist', batchSize: 20, epochs: 3 }

const start = async (): Promise<RunSummary> => await engine.handlers['run.start']({ specification })
const read = async (run: number): Promise<RunRecord> => await engine.handlers['run.read']({ run })

async function until(run: number, is: (summary: RunSummary) => boolean): Promise<RunRecord> {
  for (;;) {
    const record = await read(run)
    if (is(record.run)) return record
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const inState = (run: number, state: RunState): Promise<RunRecord> => until(run, (summary) => summary.state === state)

test('a pause is heard before there is anything to pause, and the run then waits at its beginning', async () => {
  const { id, state } = await start()
  expect(state).toBe('preparing')
  expect(await engine.handlers['run.pause']({ run: id })).toMatchObject({ state: 'paused', totalSteps: 0 })
  const ready = await until(id, ({ totalSteps }) => totalSteps > 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await read(id)).run).toMatchObject({ state: 'paused', step: 0, totalSteps: 60 })
  expect(ready.losses).toHaveLength(0)
  await engine.handlers['run.resume']({ run: id })
  expect((await inState(id, 'finished')).losses).toHaveLength(60)
})

test('the newest of several commands holds', async () => {
  const { id } = await start()
  await engine.handlers['run.pause']({ run: id })
  expect(await engine.handlers['run.step']({ run: id, batches: 7 })).toMatchObject({ state: 'preparing' })
  expect((await inState(id, 'paused')).losses).toHaveLength(7)
  await engine.handlers['run.resume']({ run: id })
  const { losses } = await inState(id, 'finished')

  const undisturbed = await start()
  expect(losses).toEqual((await inState(undisturbed.id, 'finished')).losses)
})

test('a stop ends it at once, and another run can start', async () => {
  const { id } = await start()
  expect(await engine.handlers['run.stop']({ run: id })).toMatchObject({ state: 'stopped', step: 0, model: null })
  const next = await start()
  expect((await inState(next.id, 'finished')).losses).toHaveLength(60)
  expect((await read(id)).run).toMatchObject({ state: 'stopped', step: 0 })
})

test('a way back waits until a run that goes on is there again', async () => {
  const { id } = await engine.handlers['run.start']({ specification, paused: true })
  await engine.handlers['run.step']({ run: id, batches: 45 })
  const { losses } = await until(id, ({ state, step }) => state === 'paused' && step === 45)
  await engine.handlers['run.stop']({ run: id })
  await engine.handlers['run.continue']({ run: id })
  expect(await engine.handlers['run.pause']({ run: id })).toMatchObject({ state: 'paused', step: 45 })
  expect(await engine.handlers['run.back']({ run: id, batches: 5 })).toMatchObject({ state: 'paused', step: 40 })
  expect((await read(id)).losses).toEqual(losses.slice(0, 40))
})

/** While it trains a summary is not brought up to date with each mini-batch; the losses are. */
async function trained(run: number, batches: number): Promise<void> {
  while ((await read(run)).losses.length < batches) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('the speed holds for the run that trains and for the next engine, and changes no loss', async () => {
  const told: string[] = []
  engine.onEvent((name) => told.push(name))
  const { id } = await start()
  // A mini-batch every ten seconds: the wish comes while the images are read.
  expect(await engine.handlers['run.setSpeed']({ speed: 0.1 })).toMatchObject({ trainingSpeed: 0.1 })
  expect(told).toContain('settings.changed')
  await trained(id, 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await read(id)).losses).toHaveLength(1)
  // One by one, by command, as fast as ever.
  expect(await engine.handlers['run.step']({ run: id, batches: 1 })).toMatchObject({ state: 'training' })
  await until(id, ({ state, step }) => state === 'paused' && step === 2)
  await engine.handlers['run.resume']({ run: id })
  await trained(id, 3)
  await engine.handlers['run.setSpeed']({ speed: 1000 })
  const slow = await inState(id, 'finished')
  const settings = await engine.handlers['settings.read']({})
  expect(settings.trainingSpeed).toBe(1000)

  await engine.close()
  const starterFolder = join(root, 'native', 'starter')
  engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
  expect(await engine.handlers['settings.read']({})).toEqual(settings)
  expect(await engine.handlers['run.setSpeed']({ speed: null })).toMatchObject({ trainingSpeed: null })
  const full = await start()
  expect((await inState(full.id, 'finished')).losses).toEqual(slow.losses)
})

test('a speed is a number of mini-batches a second, or none', () => {
  const { arguments: schema } = commands['run.setSpeed']
  for (const speed of [0, -1, Number.NaN, Infinity, 1e9, '50', undefined]) {
    expect(schema.safeParse({ speed }).success).toBe(false)
  }
  for (const speed of [1, 0.5, 500, null]) expect(schema.safeParse({ speed }).success).toBe(true)
  expect(commands['settings.change'].arguments.safeParse({ trainingSpeed: 5 }).success).toBe(false)
})
