/** Recorded steps looked at in any order, in pieces, and before a branch began: always the weights that the run had. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ArgumentsOf } from '../../../main/contract/commands.ts'
import type { RunMoment, RunRecord, RunSummary } from '../../../main/contract/types.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { Random } from '../../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory } from '../../contract/doors.ts'
import { untilRun } from './until-run.ts'

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

/** 20 mini-batches an epoch, dropout and Adam, so that nothing that a step depends on is left out. */
const specification: RunSpecification = {
  ...defaultSpecification(),
  dataset: 'mnist',
  batchSize: 20,
  epochs: 12,
  model: 'mlp',
  hidden: [12],
  dropout: 0.2,
  optimizer: 'adam',
  learningRate: 0.01,
}

const inState = (run: number, state: RunSummary['state'], step?: number): Promise<RunSummary> =>
  untilRun(engine, run, (summary) => summary.state === state && (step === undefined || summary.step === step))
const read = async (run: number): Promise<RunRecord> => await engine.handlers['run.read']({ run })
const at = async (run: number, step: number, more: Partial<ArgumentsOf<'run.at'>> = {}): Promise<RunMoment> =>
  await engine.handlers['run.at']({ run, step, ...more })

/** A run that waits after each of these steps long enough for a checkpoint. */
async function trained(...stops: number[]): Promise<number> {
  const { id } = await engine.handlers['run.start']({ specification, paused: true })
  await inState(id, 'paused')
  let before = 0
  for (const stop of stops) {
    await engine.handlers['run.step']({ run: id, batches: stop - before })
    await inState(id, 'paused', stop)
    await untilKept(id, stop)
    before = stop
  }
  return id
}

async function untilKept(run: number, step: number): Promise<void> {
  for (;;) {
    const names = await readdir(join(dataDirectory, 'checkpoints', `run-${run}`)).catch((): string[] => [])
    if (names.includes(`${step}.safetensors`)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The weights after each of these steps, as the run had them while it trained. */
async function weightsWhileTraining(steps: readonly number[]): Promise<Map<number, Float32Array>> {
  const { id } = await engine.handlers['run.start']({ specification, paused: true })
  await inState(id, 'paused')
  const seen = new Map<number, Float32Array>()
  let before = 0
  for (const step of steps) {
    if (step > before) await engine.handlers['run.step']({ run: id, batches: step - before })
    await inState(id, 'paused', step)
    seen.set(step, (await engine.handlers['run.weights']({ run: id })).weights)
    before = step
  }
  await engine.handlers['run.stop']({ run: id })
  return seen
}

test('in whatever order steps are asked for, each has the weights that it had', async () => {
  const steps = [3, 20, 57, 58, 99, 101, 150, 151, 160, 199, 200]
  const reference = await weightsWhileTraining(steps)
  const id = await trained(100, 150, 200)
  const random = new Random(1)
  for (let round = 0; round < 40; round += 1) {
    const step = steps[Math.floor(random.uniform() * steps.length)]!
    expect((await at(id, step)).weights, `step ${step}`).toMatchObject({ step, weights: reference.get(step) })
  }
})

test('within a time it comes nearer with each question, and is measured when it is there', async () => {
  const id = await trained(200)
  const whole = await at(id, 190)
  await at(id, 0)
  const steps: number[] = []
  for (;;) {
    const { weights, evaluation, learningRate } = await at(id, 170, { within: 1 })
    steps.push(weights.step)
    expect(learningRate).toBe(0.01)
    expect(evaluation === null).toBe(weights.step !== 170)
    if (weights.step === 170) break
    expect(steps.length).toBeLessThan(200)
  }
  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  expect(await at(id, 190)).toEqual(whole)
})

test('a drawing is read as the model of that step reads it, and one without ink is not', async () => {
  const id = await trained(200)
  const canvas = { width: 100, height: 100 }
  const strokes = [[[20, 20], [80, 20], [45, 90]] as const] // prettier-ignore
  await engine.handlers['run.stop']({ run: id })
  await inState(id, 'stopped')
  const { reading } = await at(id, 200, { drawing: { strokes, ...canvas } })
  const { predictions } = await engine.handlers['digit.predict']({ strokes, ...canvas, models: [`run-${id}`] })
  expect(reading).toEqual({
    digits: predictions[0]!.digits,
    values: predictions[0]!.values,
    digit: predictions[0]!.digit,
  })
  expect((await at(id, 100, { drawing: { strokes, ...canvas } })).reading?.values).not.toEqual(reading?.values)
  expect((await at(id, 200, { drawing: { strokes: [], ...canvas } })).reading).toBeNull()
  expect((await at(id, 200)).reading).toBeNull()
})

test('what was before a branch is found in the run that it began in, as long as that is as it was', async () => {
  const id = await trained(100, 150)
  const before = await at(id, 30)
  await engine.handlers['run.stop']({ run: id })
  const branch = await engine.handlers['run.branch']({ run: id, step: 57, changes: { learningRate: 0.001 } })
  await inState(branch.id, 'finished')
  const second = await engine.handlers['run.branch']({ run: branch.id, step: 80, changes: {} })
  await inState(second.id, 'finished')
  expect((await at(second.id, 30)).weights).toEqual({ ...before.weights, run: second.id })
  expect((await at(second.id, 70)).weights).toEqual({ ...(await at(branch.id, 70)).weights, run: second.id })
  // From there a run can begin as well.
  const third = await engine.handlers['run.branch']({ run: second.id, step: 30, changes: {}, paused: true })
  await inState(third.id, 'paused')
  expect((await engine.handlers['run.weights']({ run: third.id })).weights).toEqual(before.weights.weights)
  await engine.handlers['run.stop']({ run: third.id })

  // Its beginning is another one now.
  await engine.handlers['run.continue']({ run: id, paused: true })
  await inState(id, 'paused')
  await engine.handlers['run.back']({ run: id, toStep: 10 })
  await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.05 })
  await engine.handlers['run.step']({ run: id, batches: 90 })
  await inState(id, 'paused', 100)
  await expect(at(branch.id, 30)).rejects.toMatchObject({ code: 'train/wrong-state' })
  expect((await at(branch.id, 8)).weights.step).toBe(8)
  expect((await at(branch.id, 57)).weights.step).toBe(57)
  await engine.handlers['run.stop']({ run: id })
  await engine.handlers['run.remove']({ run: id })
  await expect(at(branch.id, 8)).rejects.toMatchObject({ code: 'train/wrong-state' })
  expect((await read(branch.id)).losses).toHaveLength(240)
})
