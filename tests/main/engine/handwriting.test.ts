/** Learning from one's own drawings: a run on them, what it is measured on, and what is missing where that cannot be. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { sampleDrawings } from '../../../renderer/pages/draw/sample-drawings.ts'
import { untilRun } from './until-run.ts'

let dataDirectory: string
let engine: Engine
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'inkling-own-hand-'))
  const starterFolder = join(root, 'native', 'starter')
  engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
})
afterAll(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** A digit as an unsteady hand would draw it; different for each `turn`. */
async function keep(label: number, turn: number): Promise<void> {
  const [slant, bend] = [((turn * 7) % 11) / 25 - 0.2, ((turn * 5) % 13) / 60 - 0.1]
  const strokes = (sampleDrawings[label] ?? []).map((stroke) =>
    stroke.map(([x, y]): [number, number] => [x + slant * (y - 500) + bend * Math.abs(y - 500), y]),
  )
  await engine.handlers['drawing.save']({ drawing: { label, strokes, width: 1000, height: 1000 } })
}

const specification: RunSpecification = {
  ...defaultSpecification(),
  dataset: 'handwriting',
  model: 'linear',
  batchSize: 10,
  learningRate: 0.5,
  epochs: 30,
}

async function failureOf(changes: Partial<RunSpecification>): Promise<{ code: string; message: string } | null> {
  const { id } = await engine.handlers['run.start']({ specification: { ...specification, ...changes } })
  return (await untilRun(engine, id, ({ state }) => state === 'failed')).problem
}

test('too few drawings, or too few kinds of them, are told with what to do', async () => {
  expect((await failureOf({}))?.code).toBe('dataset/unknown')
  for (const turn of [0, 1]) for (const label of [3, 7]) await keep(label, turn)
  expect(await failureOf({})).toMatchObject({
    code: 'dataset/missing-split',
    message: expect.stringContaining('no test images in your handwriting yet') as string,
  })
  for (const label of [3, 7]) await keep(label, 2)
  expect(await failureOf({})).toMatchObject({
    code: 'dataset/no-images-of-class',
    message: expect.stringContaining('have no 0') as string,
  })
  const pair = { digits: [3, 7], loss: 'mnist_loss' } as const
  expect(await failureOf({ ...pair, batchSize: 10 })).toMatchObject({
    code: 'train/bad-specification',
    message: expect.stringContaining('Choose a batch size of 4 or less') as string,
  })
})

test('a run learns from them, and every model is measured on those put aside', async () => {
  for (let turn = 3; turn < 13; turn += 1) for (let label = 0; label < 10; label += 1) await keep(label, turn)
  const { splits } = await engine.handlers['dataset.open']({ dataset: 'handwriting' })
  // 13 threes and sevens with 3 aside, 10 of each other digit with 2 aside.
  expect([splits.train?.count, splits.test?.count]).toEqual([84, 22])
  expect(splits.test?.classCounts).toEqual([2, 2, 2, 3, 2, 2, 2, 3, 2, 2])

  const { id } = await engine.handlers['run.start']({ specification })
  const run = await untilRun(engine, id, ({ state, model }) => state === 'finished' && model !== null)
  expect(run).toMatchObject({ trainCount: 84, testCount: 22 })
  expect(run.accuracy).toBeGreaterThan(0.9)
  const scoreOf = (model: string) => engine.handlers['model.evaluate']({ model, dataset: 'handwriting', split: 'test' })
  expect(await scoreOf(`run-${id}`)).toEqual({ correct: Math.round((run.accuracy ?? 0) * 22), count: 22 })
  expect((await scoreOf('starter')).correct).toBeGreaterThan(15)
  expect((await scoreOf('average-l1')).count).toBe(22)

  // It follows the drawings.
  await keep(5, 14)
  await keep(5, 15)
  await keep(5, 16)
  expect((await scoreOf('starter')).count).toBe(23)
})
