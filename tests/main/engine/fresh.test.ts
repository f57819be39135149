/** Runs that draw new images for each epoch: taken back, cut off and looked at again, they see the same ones. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { GENERATOR_VERSION } from '../../../data/synthetic-store.ts'
import type { RunRecord, RunSummary } from '../../../main/contract/types.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory } from '../../contract/doors.ts'

let dataDirectory: string
let engine: Engine

/** The built-in set with few threes and sevens, so that an epoch's images are written in no time. */
async function keepSmallSet(): Promise<void> {
  const folder = join(dataDirectory, `synthetic-${GENERATOR_VERSION}`)
  await mkdir(folder, { recursive: true })
  for (const [name, count, some] of [
    ['train', 60_000, 300],
    ['t10k', 10_000, 60],
  ] as const) {
    const labels = new Uint8Array(count)
    for (let i = 0; i < some; i++) labels[i] = i % 2 === 0 ? 3 : 7
    const set = generateDigits({ count, seed: 1, labels, only: [3, 7] })
    await writeFile(join(folder, `${name}-images-idx3-ubyte`), writeIdxImages(set))
    await writeFile(join(folder, `${name}-labels-idx1-ubyte`), writeIdxLabels(labels))
  }
}

const open = (): Promise<Engine> =>
  createEngine({ dataDirectory, searchFolders: [], starterFolder: join(root, 'native', 'starter'), version: '0.0.0' })

beforeEach(async () => {
  dataDirectory = await makeDataDirectory()
  await keepSmallSet()
  engine = await open()
})
afterEach(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** 10 mini-batches an epoch. */
const specification: RunSpecification = {
  ...defaultSpecification([3, 7]),
  fresh: true,
  batchSize: 30,
  epochs: 4,
  model: 'mlp',
  hidden: [8],
  seed: 11,
}

const read = async (run: number): Promise<RunRecord> => await engine.handlers['run.read']({ run })

async function inState(run: number, state: RunSummary['state']): Promise<RunRecord> {
  for (;;) {
    const record = await read(run)
    if (record.run.state === state) return record
    if (record.run.state === 'failed') throw new Error(record.run.problem?.message)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function start(changes: Partial<RunSpecification> = {}): Promise<number> {
  const { id } = await engine.handlers['run.start']({ specification: { ...specification, ...changes }, paused: true })
  await inState(id, 'paused')
  return id
}

async function finish(run: number): Promise<RunRecord> {
  await engine.handlers['run.resume']({ run })
  return await inState(run, 'finished')
}

describe('a run with new images for each epoch', () => {
  test('is the same however it was interrupted: back over an epoch, and cut off with the engine', async () => {
    const whole = await finish(await start())
    expect(whole.losses).toHaveLength(40)
    const fixed = await finish(await start({ fresh: false }))
    expect(fixed.losses.slice(0, 10)).toEqual(whole.losses.slice(0, 10))
    expect(fixed.losses.slice(10)).not.toEqual(whole.losses.slice(10))

    const id = await start()
    await engine.handlers['run.step']({ run: id, batches: 33 })
    await inState(id, 'paused')
    await engine.handlers['run.back']({ run: id, toStep: 14 })
    await engine.handlers['run.step']({ run: id, batches: 9 })
    await inState(id, 'paused')
    await engine.close()
    engine = await open()
    await engine.handlers['run.continue']({ run: id })
    expect((await inState(id, 'finished')).losses).toEqual(whole.losses)
  })

  test('shows under the microscope the images that the epoch had', async () => {
    const id = await start()
    const whole = await finish(id)
    for (const step of [4, 25]) {
      const { loss } = await engine.handlers['run.microscope']({ run: id, step, values: [] })
      expect(loss).toBeCloseTo(whole.losses[step]!, 5)
    }
  })

  test('cannot be had of other data sets', async () => {
    const wrong = { ...specification, dataset: 'mnist' }
    await expect((async () => await engine.handlers['run.start']({ specification: wrong }))()).rejects.toThrow(AppError)
    await expect((async () => await engine.handlers['run.start']({ specification: wrong }))()).rejects.toThrow(
      'Only the built-in data set',
    )
  })
})
