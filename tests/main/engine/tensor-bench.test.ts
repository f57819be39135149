import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { TensorBench } from '../../../main/engine/tensor-bench.ts'
import { describeWithMnist } from '../../mnist.ts'

let directory = ''
const open: TensorBench[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inkling-bench-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((bench) => bench.close()))
  await rm(directory, { recursive: true, force: true })
})

function benchOf(searchFolders: readonly string[] = [], milliseconds?: number): TensorBench {
  const bench = new TensorBench(new Datasets({ dataDirectory: directory, searchFolders }), milliseconds)
  open.push(bench)
  return bench
}

async function texts(bench: TensorBench, source: string, session = 'a', dataset: string | null = null) {
  const { outputs, problem } = await bench.evaluate({ session, dataset, source })
  expect(problem, problem?.message).toBeNull()
  return outputs.map((output) => (output.kind === 'value' ? output.value.text : output.kind))
}

describe('the tensor bench of the engine', () => {
  test('names stay in their session until it starts over', async () => {
    const bench = benchOf()
    expect(await texts(bench, 'x = tensor([1,2])\nx*2')).toEqual(['tensor([2, 4])'])
    expect(await texts(bench, 'x + 1')).toEqual(['tensor([2, 3])'])
    const other = await bench.evaluate({ session: 'b', dataset: null, source: 'x' })
    expect(other.problem?.code).toBe('tensor/unknown-name')
    const again = await bench.evaluate({ session: 'a', dataset: null, source: 'x' }, true)
    expect(again.problem?.code).toBe('tensor/unknown-name')
  })

  test('texts that come at the same time are evaluated in their order', async () => {
    const bench = benchOf()
    const results = await Promise.all([texts(bench, 'x = 1\nx'), texts(bench, 'x = x + 1\nx'), texts(bench, 'x * 10')])
    expect(results).toEqual([['1'], ['2'], ['20']])
  })

  test('a thread that does not answer is ended, and the next text has a new one', async () => {
    // Shorter than the evaluator's own limit, as if it did not look at the clock.
    const bench = benchOf([], 1500)
    await texts(bench, 'x = 1')
    const { problem } = await bench.evaluate({ session: 'a', dataset: null, source: 'while True: pass' })
    expect(problem?.code).toBe('tensor/too-slow')
    expect(problem?.message).toContain('forgotten')
    expect(await texts(benchOf(), '1 + 1')).toEqual(['2'])
    const after = await bench.evaluate({ session: 'a', dataset: null, source: 'x' })
    expect(after.problem?.code).toBe('tensor/unknown-name')
  })

  test('a data set that is not here refuses texts that speak of it, and no others', async () => {
    const bench = benchOf()
    await expect(bench.evaluate({ session: 'a', dataset: 'mnist', source: 'threes' })).rejects.toMatchObject({
      code: 'dataset/unknown',
    })
    expect(await texts(bench, '1 + 1', 'a', 'mnist')).toEqual(['2'])
  })

  test('closing refuses what is under way', async () => {
    const bench = benchOf()
    const waiting = bench.evaluate({ session: 'a', dataset: null, source: 'while True: pass' })
    const refused = expect(waiting).rejects.toMatchObject({ code: 'channel/closed' })
    await new Promise((resolve) => {
      setTimeout(resolve, 300)
    })
    await bench.close()
    await refused
  })
})

describeWithMnist('the tensor bench of the engine with MNIST', (folder) => {
  test('names of the chapter are the images of the chosen set, and change with it', async () => {
    const bench = benchOf([folder])
    expect(await texts(bench, 'valid_3_tens.shape', 'a', 'mnist')).toEqual(['torch.Size([1010, 28, 28])'])
    expect(await texts(bench, 'y = len(threes)\ny, im3[6,4:10]', 'a', 'mnist')).toEqual([
      '(6131, tensor([  0,   0,   0,  48, 166, 224], dtype=torch.uint8))',
    ])
    // MNIST_SAMPLE is a part of MNIST whose images keep their numbers, and so the book's order.
    expect(await texts(bench, 'y, test_images.shape, im3[6,7].item()', 'a', 'mnist_sample')).toEqual([
      '(6131, torch.Size([2038, 28, 28]), 48)',
    ])
  })
})
