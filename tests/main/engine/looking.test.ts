/** Looking into runs: the microscope, snapshots and the learning-rate finder tell the truth and leave runs as they are. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import { commands, type ArgumentsOf, type ResultOf } from '../../../main/contract/commands.ts'
import type { EventName, Events } from '../../../main/contract/events.ts'
import type { RunMicroscope, RunSummary } from '../../../main/contract/types.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root } from '../../../main/scripts/root.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory, TEST_COUNT, TRAIN_COUNT } from '../../contract/doors.ts'
import { untilRun } from './until-run.ts'

let dataDirectory: string
let engine: Engine
beforeEach(async () => {
  dataDirectory = await makeDataDirectory()
  engine = await createEngine({
    dataDirectory,
    searchFolders: [],
    starterFolder: join(root, 'native', 'starter'),
    version: '0.0.0',
  })
})
afterEach(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

type Looks = 'run.microscope' | 'run.snapshot' | 'run.gradients' | 'run.findRate'

/** As over a channel: the arguments' defaults are filled in. */
async function ask<Name extends Looks>(name: Name, input: unknown): Promise<ResultOf<Name>> {
  const parsed = commands[name].arguments.parse(input) as ArgumentsOf<Name>
  const handler = engine.handlers[name] as (input: ArgumentsOf<Name>) => Promise<ResultOf<Name>>
  return await handler(parsed)
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'no error'
}

const inState = (run: number, state: RunSummary['state'], step?: number): Promise<RunSummary> =>
  untilRun(engine, run, (summary) => summary.state === state && (step === undefined || summary.step === step))

/** 20 mini-batches an epoch. */
const specification: RunSpecification = {
  ...defaultSpecification(),
  dataset: 'mnist',
  batchSize: 20,
  epochs: 3,
  model: 'mlp',
  hidden: [12],
  optimizer: 'adam',
  learningRate: 0.01,
}

async function startPaused(changes: Partial<RunSpecification> = {}): Promise<number> {
  const { id } = await engine.handlers['run.start']({ specification: { ...specification, ...changes }, paused: true })
  await inState(id, 'paused')
  return id
}

async function trainTo(run: number, step: number): Promise<void> {
  const now = (await engine.handlers['run.read']({ run })).run.step
  await engine.handlers['run.step']({ run, batches: step - now })
  await inState(run, 'paused', step)
}

const value = ({ values }: Pick<RunMicroscope, 'values'>, name: string) => {
  const found = values.find((part) => part.name === name)
  if (found === undefined) throw new Error(`"${name}" did not come`)
  return found
}

describe('the microscope', () => {
  test('shows the mini-batch that the run takes next, and after it the one after', async () => {
    const run = await startPaused()
    await trainTo(run, 19)
    const asked = {
      run,
      values: [{ name: 'layer1.weight.after' }, { name: 'losses' }, { name: 'pixels', at: [3, [0, 28]] }],
    }
    const last = await ask('run.microscope', asked)
    expect([last.step, last.epoch, last.batch, last.stepsPerEpoch, last.totalSteps]).toEqual([19, 1, 20, 20, 60])
    expect(last.images).toBeInstanceOf(Int32Array)
    expect(last.steps.map(({ name }) => name)).toContain('gradient')
    const summary = last.summaries.find(({ name }) => name === 'layer1.activation')
    expect(summary).toMatchObject({ shape: [20, 12], min: 0, notFinite: 0 })
    expect(value(last, 'pixels').shape).toEqual([28])
    expect(value(last, 'losses').data).toHaveLength(20)

    await trainTo(run, 20)
    const record = await engine.handlers['run.read']({ run })
    expect(record.losses[19]).toBe(last.loss)
    const first = await ask('run.microscope', { run, values: [{ name: 'layer1.weight' }] })
    expect([first.step, first.epoch, first.batch]).toEqual([20, 2, 1])
    expect(value(first, 'layer1.weight').data).toEqual(value(last, 'layer1.weight.after').data)
  })

  test('shows recorded mini-batches again, of a run that goes on and of one that has ended', async () => {
    const run = await startPaused()
    await trainTo(run, 10)
    const names = ['logits', 'layer2.weight.gradient', 'layer1.bias.mean.after'].map((name) => ({ name }))
    const then = await ask('run.microscope', { run, values: names })
    await trainTo(run, 30)
    expect(await ask('run.microscope', { run, step: 10, values: names })).toEqual(then)
    await engine.handlers['run.resume']({ run })
    await inState(run, 'finished')
    expect(await ask('run.microscope', { run, step: 10, values: names })).toEqual(then)
    const last = await ask('run.microscope', { run })
    const record = await engine.handlers['run.read']({ run })
    expect([last.step, last.loss]).toEqual([59, record.losses[59]])
  })

  test('goes with a learning rate that was changed while the run rests', async () => {
    const run = await startPaused()
    await trainTo(run, 3)
    const before = await ask('run.microscope', { run })
    await engine.handlers['run.setLearningRate']({ run, learningRate: 0.05 })
    const after = await ask('run.microscope', { run })
    expect([before.learningRate, after.learningRate]).toEqual([0.01, 0.05])
    expect(after.loss).toBe(before.loss)
    expect(after.lossAfter).not.toBe(before.lossAfter)
  })

  test('shows where a run broke: its last mini-batch whose loss was a number', async () => {
    const wild = {
      model: 'mlp',
      hidden: [64, 64],
      initialization: 'normal',
      optimizer: 'sgd',
      learningRate: 1e6,
    } as const
    const run = await startPaused({ ...wild, epochs: 20 })
    await engine.handlers['run.resume']({ run })
    await inState(run, 'diverged')
    const { losses } = await engine.handlers['run.read']({ run })
    const last = losses.findLastIndex((loss) => Number.isFinite(loss))
    const seen = await ask('run.microscope', { run })
    expect([seen.step, seen.loss]).toEqual([last, losses[last]])
    expect(Number.isFinite(seen.lossAfter)).toBe(false)
    expect(seen.summaries.some(({ notFinite }) => notFinite > 0)).toBe(true)
    const snapshot = await ask('run.snapshot', { run, images: { kind: 'mini-batch' } })
    expect(snapshot.step).toBe(last + 1)
  })

  test('says what it does not have', async () => {
    const run = await startPaused()
    expect(await codeOf(ask('run.microscope', { run, values: [{ name: 'layer9.sum' }] }))).toBe('train/no-such-value')
    expect(await codeOf(ask('run.microscope', { run, values: [{ name: 'logits', at: [20] }] }))).toBe(
      'train/no-such-value',
    )
    expect(await codeOf(ask('run.microscope', { run, step: 1 }))).toBe('train/wrong-state')
    expect(await codeOf(ask('run.microscope', { run: 99 }))).toBe('train/unknown-run')
    const everything = Array.from({ length: 100 }, () => ({ name: 'layer1.weight' }))
    expect(await codeOf(ask('run.microscope', { run, values: everything }))).toBe('no error')
    await engine.handlers['run.stop']({ run })
    const large = await startPaused({ batchSize: TRAIN_COUNT })
    const pixels = Array.from({ length: 13 }, () => ({ name: 'pixels' }))
    expect(await codeOf(ask('run.microscope', { run: large, values: pixels }))).toBe('train/too-many-numbers')
  })
})

describe('a snapshot', () => {
  test('reports layers, weights, gradients and parts of activations on the images that one chooses', async () => {
    const run = await startPaused({ hidden: [12, 8], activation: 'relu' })
    await trainTo(run, 5)
    const snapshot = await ask('run.snapshot', {
      run,
      images: { kind: 'first', split: 'test', count: 50 },
      gradients: true,
      bins: 10,
      values: [{ name: 'layer1.activation', at: [7] }, { name: 'logits' }, { name: 'layer3.weight', at: [null, 4] }],
    })
    expect([snapshot.step, snapshot.split, snapshot.images.length]).toEqual([5, 'test', 50])
    expect(snapshot.names).toEqual(['layer1.sum', 'layer1.activation', 'layer2.sum', 'layer2.activation', 'logits'])
    expect(snapshot.layers.map(({ name, function: what }) => [name, what])).toEqual([
      ['layer1.activation', 'relu'],
      ['layer2.activation', 'relu'],
    ])
    for (const { firing, histogram, summary, dead } of snapshot.layers) {
      expect(firing).toHaveLength(summary.shape[1]!)
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(50 * summary.shape[1]!)
      expect(dead).toBe(firing.filter((share) => share === 0).length / firing.length)
    }
    expect(snapshot.parameters).toHaveLength(6)
    expect(snapshot.gradients.map(({ name }) => name)).toContain('layer2.bias.gradient')
    expect(snapshot.values.map(({ shape }) => shape)).toEqual([[12], [50, 10], [8]])

    const microscope = await ask('run.microscope', { run, values: [{ name: 'logits', at: [2] }] })
    const batch = await ask('run.snapshot', {
      run,
      images: { kind: 'mini-batch' },
      values: [{ name: 'logits', at: [2] }],
    })
    expect(batch.images).toEqual(microscope.images)
    expect([...batch.labels]).toEqual([...microscope.labels])
    const expected = value(microscope, 'logits').data
    value(batch, 'logits').data.forEach((logit, at) => expect(logit).toBeCloseTo(expected[at]!, 5))
  })

  test('while a run trains tells its step, and the losses stay the same, bit by bit', async () => {
    const long = { epochs: 40, model: 'lenet', optimizer: 'sgd', learningRate: 0.1 } as const
    const losses = async (looks: number): Promise<Float32Array> => {
      const run = await startPaused(long)
      await engine.handlers['run.resume']({ run })
      const steps: number[] = []
      for (let look = 0; look < looks; look += 1) {
        const images = { kind: 'first', split: 'test', count: TEST_COUNT }
        const { step } = await ask('run.snapshot', { run, images, gradients: look % 2 === 0 })
        steps.push(step)
      }
      await inState(run, 'finished')
      if (looks > 0) {
        expect(steps).toEqual(steps.toSorted((a, b) => a - b))
        expect(steps.at(-1)).toBeGreaterThan(steps[0]!)
      }
      return (await engine.handlers['run.read']({ run })).losses
    }
    expect(await losses(8)).toEqual(await losses(0))
  })

  test('says which images are not there', async () => {
    const run = await startPaused()
    const images = { kind: 'chosen', split: 'test', indices: [0, TEST_COUNT] }
    expect(await codeOf(ask('run.snapshot', { run, images }))).toBe('dataset/no-such-image')
    const few = await ask('run.snapshot', { run, images: { kind: 'chosen', split: 'train', indices: [5, 2] } })
    expect([...few.images]).toEqual([5, 2])
    const unknown = ask('run.snapshot', { run, images: { kind: 'mini-batch' }, layers: ['nothing'] })
    expect(await codeOf(unknown)).toBe('train/no-such-value')
  })
})

describe('gradients as pictures', () => {
  test('are those of the microscope, one picture for each unit, at a stated step', async () => {
    const run = await startPaused({ hidden: [12, 8] })
    await trainTo(run, 19)
    const pictures = await ask('run.gradients', { run })
    expect(pictures).toMatchObject({ run, step: 19, kind: 'hidden', count: 12, second: null, firing: null })
    const seen = value(
      await ask('run.microscope', { run, values: [{ name: 'layer1.weight.gradient' }] }),
      'layer1.weight.gradient',
    )
    expect(pictures.range).toBeGreaterThan(0)
    pictures.weights.forEach((slope, at) => {
      const [unit, pixel] = [Math.floor(at / 784), at % 784]
      expect(slope).toBeCloseTo(seen.data[pixel * 12 + unit]!, 6)
    })
    // After the next step they are others; of a recorded step they are the same again.
    await trainTo(run, 25)
    expect((await ask('run.gradients', { run })).weights).not.toEqual(pictures.weights)
    expect(await ask('run.gradients', { run, step: 19 })).toEqual(pictures)
  })

  test('of a LeNet are of both convolutions, and its run trains on as if nobody had looked', async () => {
    const net = { model: 'lenet', optimizer: 'sgd', learningRate: 0.1 } as const
    const run = await startPaused(net)
    await trainTo(run, 3)
    const { second, weights, height } = await ask('run.gradients', { run })
    const names = ['conv1.weight.gradient', 'conv2.weight.gradient'].map((name) => ({ name }))
    const seen = await ask('run.microscope', { run, values: names })
    expect([height, second?.count, second?.channels]).toEqual([5, 16, 8])
    value(seen, 'conv1.weight.gradient').data.forEach((slope, at) => expect(weights[at]).toBeCloseTo(slope, 6))
    value(seen, 'conv2.weight.gradient').data.forEach((slope, at) => expect(second!.weights[at]).toBeCloseTo(slope, 6))
    await trainTo(run, 10)
    const { losses } = await engine.handlers['run.read']({ run })
    await engine.handlers['run.stop']({ run })
    const undisturbed = await startPaused(net)
    await trainTo(undisturbed, 10)
    expect((await engine.handlers['run.read']({ run: undisturbed })).losses).toEqual(losses)
  })

  test('are 0 where accuracy is the loss, as the failure gallery shows', async () => {
    const run = await startPaused({ loss: 'accuracy' })
    const { weights, range } = await ask('run.gradients', { run })
    expect(range).toBe(0)
    expect(weights).toHaveLength(12 * 784)
  })

  test('of a run without weights are refused in words', async () => {
    expect(await codeOf(ask('run.gradients', { run: 99 }))).toBe('train/unknown-run')
    const run = await startPaused()
    expect(await codeOf(ask('run.gradients', { run, step: 1 }))).toBe('train/wrong-state')
  })
})

describe('the learning-rate finder', () => {
  test('tells its curve as it grows, and leaves the run that it started from as it is', async () => {
    const run = await startPaused()
    await trainTo(run, 10)
    const before = await ask('run.snapshot', { run, images: { kind: 'mini-batch' } })
    const told: Events['run.rateProgressed'][] = []
    const stop = engine.onEvent((name: EventName, payload) => {
      if (name === 'run.rateProgressed') told.push(payload as unknown as Events['run.rateProgressed'])
    })
    const search = await ask('run.findRate', { specification, search: 7, run })
    stop()
    expect(search.outcome).not.toBe('cancelled')
    expect(told.length).toBeGreaterThan(0)
    expect(told.every((event) => event.search === 7)).toBe(true)
    expect(search.rates).toHaveLength(search.losses.length)
    const growing = told.map(({ curve }) => curve.rates.length)
    expect(growing).toEqual(growing.toSorted((a, b) => a - b))
    const after = await ask('run.snapshot', { run, images: { kind: 'mini-batch' } })
    expect(after).toEqual(before)
    expect(search.losses[0]).toBeLessThan((await ask('run.findRate', { specification, search: 8 })).losses[0]!)
  })

  test('can be cancelled, and answers with what it has', async () => {
    const slow = { ...specification, model: 'lenet', batchSize: TRAIN_COUNT } as const
    const search = ask('run.findRate', { specification: slow, search: 1 })
    await new Promise<void>((resolve) => {
      const stop = engine.onEvent((name: EventName) => {
        if (name !== 'run.rateProgressed') return
        stop()
        resolve()
      })
    })
    await engine.handlers['run.cancelFindRate']({ search: 1 })
    const { outcome, rates } = await search
    expect(outcome).toBe('cancelled')
    expect(rates.length).toBeLessThan(100)
  })
})
