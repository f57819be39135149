/** The devices as the engine tells them, and that asking for them leaves a run that trains as it is. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import type { RunRecord } from '../../../main/contract/types.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { possibleDevices, threadCandidates } from '../../../native/runtime/devices.ts'
import { makeDataDirectory } from '../../contract/doors.ts'

let dataDirectory: string
let engine: Engine
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
  const starterFolder = join(root, 'native', 'starter')
  engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
})
afterAll(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

const specification: RunSpecification = { ...defaultSpecification(), dataset: 'mnist', batchSize: 20, epochs: 200 }

/** The record of the run at its end; `meanwhile` is done while it trains. */
async function trained(change: Partial<RunSpecification>, meanwhile = async () => {}): Promise<RunRecord> {
  const ended = new Promise<void>((resolve) => {
    const stop = engine.onEvent((name, payload) => {
      if (name !== 'run.changed' || !('run' in payload) || typeof payload.run !== 'object') return
      if (payload.run.state !== 'finished' && payload.run.state !== 'failed') return
      stop()
      resolve()
    })
  })
  const { id } = await engine.handlers['run.start']({ specification: { ...specification, ...change } })
  await meanwhile()
  await ended
  return engine.handlers['run.read']({ run: id })
}

test('device.list tells every device of the platform, and a run that trains meanwhile has the same losses', async () => {
  const alone = await trained({})
  let listed: unknown
  const disturbed = await trained({}, async () => {
    listed = await engine.handlers['device.list']({})
  })
  expect(disturbed.run.state).toBe('finished')
  expect(disturbed.losses).toEqual(alone.losses)
  const states = listed as { device: string; title: string; available: boolean; reason: string | null }[]
  expect(states.map(({ device }) => device)).toEqual(possibleDevices())
  expect(states[0]).toEqual({ device: 'cpu', title: 'CPU', available: true, reason: null })
  for (const { available, reason } of states) expect(available).toBe(reason === null)
  expect(await engine.handlers['device.list']({})).toEqual(states)
})

test('a run that leaves the threads open records those that measured fastest', async () => {
  const { run } = await trained({ threads: 0, epochs: 1 })
  expect(run.specification.threads).toBe(0)
  expect(run.device).toMatchObject({ requested: 'cpu', used: 'cpu', warning: null })
  expect(run.device?.figures.map(({ threads }) => threads).sort((a, b) => a - b)).toEqual(threadCandidates())
  expect(threadCandidates()).toContain(run.device?.threads)
})
