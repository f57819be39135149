import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encode } from 'fast-png'
import { encode as encodeJpeg } from 'jpeg-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDrawingLines } from '../../../data/drawing-lines.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { Classifier } from '../../../native/runtime/classifier.ts'
import { describeWithMnist } from '../../mnist.ts'
import { linesOf, outcomeOf, Workplace } from './run-cli.ts'

let place: Workplace

beforeAll(async () => {
  place = await Workplace.create()
})

afterAll(async () => {
  await place.remove()
})

async function json(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await place.run([...args, '--json'], env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return linesOf(stdout)
}

describe('help', () => {
  test('names every command', async () => {
    const { code, stdout, stderr } = await place.run(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of ['data list', 'averages', 'train', 'evaluate', 'predict']) expect(stdout).toContain(`  ${name} `)
  })

  test('of a command names its options with their defaults', async () => {
    const { code, stdout } = await place.run(['train', '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/--batch N\s+Images per mini-batch \(1 to 100000\)\. Default: 256\./)
    expect(stdout).toMatch(/--data NAME\|FOLDER [^]*? Required\./)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  test('comes by the word help too, and the version by --version', async () => {
    expect(await place.run(['help', 'train'])).toEqual(await place.run(['train', '--help']))
    expect(await place.run(['help'])).toEqual(await place.run(['--help']))
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(await place.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('has no example that does not parse: each command takes its own', async () => {
    const { commands } = await import('../../../main/cli/commands.ts')
    const { readOptions } = await import('../../../main/cli/read-options.ts')
    for (const [name, { load }] of Object.entries(commands)) {
      const { command } = await load()
      expect(command.examples.length, name).toBeGreaterThan(0)
      for (const example of command.examples) {
        expect(example.startsWith(`${name} `) || example === name, example).toBe(true)
        const args = example
          .slice(name.length)
          .split(' ')
          .filter((arg) => arg !== '' && arg !== '--json')
        expect(() => readOptions(command.options, args, name), example).not.toThrow()
      }
    }
  })

  test('the calls of the README are understood', async () => {
    const { commands } = await import('../../../main/cli/commands.ts')
    const { readOptions } = await import('../../../main/cli/read-options.ts')
    const calls = [...(await readFile('README.md', 'utf8')).matchAll(/^npm run --silent inkling -- (.+)$/gm)]
    expect(calls.length).toBeGreaterThan(5)
    for (const [, call = ''] of calls) {
      const name = Object.keys(commands).find((known) => `${call} `.startsWith(`${known} `)) ?? ''
      const { command } = await commands[name]!.load()
      const args = call.slice(name.length).split(' ').filter(Boolean)
      expect(() => readOptions(command.options, args, name), call).not.toThrow()
    }
  })

  test('of a word that begins several commands lists them', async () => {
    expect((await place.run(['data', '--help'])).stdout).toContain('data list')
  })
})

describe('data list', () => {
  test('tells sets, counts and folders as one object', async () => {
    const [answer] = await json(['data', 'list'], { INKLING_DATASETS: place.digits })
    expect(answer).toMatchObject({
      data_directory: place.path('data'),
      search_folders: [place.digits],
      datasets: [
        { name: 'synthetic', state: 'generated', folder: null, problem: null },
        {
          name: 'mnist',
          state: 'ready',
          folder: place.digits,
          splits: { train: { count: 1000 }, test: { count: 200 } },
        },
        { name: 'mnist_sample', splits: { train: { count: 200 }, test: { count: 40 } } },
      ],
    })
  })

  test('says to a person how to add MNIST', async () => {
    const { stdout } = await place.run(['data', 'list'])
    expect(stdout).toContain('MNIST is not here.')
    expect(stdout).toMatch(/synthetic\s+60,000\s+10,000\s+generated\s+built in/)
  })
})

describe('averages', () => {
  test('answers with the accuracies of each digit, their mean and the overall one', async () => {
    const [answer] = await json(['averages', '--data', place.digits, '--digits', '7,3', '--distance', 'rmse'])
    expect(Object.keys(answer ?? {})).toEqual(['distance', 'digits', 'per_digit', 'mean', 'overall', 'count'])
    expect(answer).toMatchObject({ distance: 'rmse', digits: [7, 3], count: 40 })
    const { per_digit: perDigit, mean } = answer as { per_digit: Record<string, number>; mean: number }
    expect(mean).toBeCloseTo(((perDigit['3'] ?? 0) + (perDigit['7'] ?? 0)) / 2, 12)
  })

  test('shows a person a table', async () => {
    const { code, stdout } = await place.run(['averages', '--data', place.digits])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^digit\s+L1\n0\s+\d+\.\d\d %\n/)
    expect(stdout).toContain('true \\ read')
  })
})

describe('train, evaluate and predict', () => {
  const saved: string[] = []

  test('train tells each epoch and the end, and repeats itself byte for byte', async () => {
    for (const name of ['a.onnx', 'b.onnx']) {
      const model = ['--model', 'mlp', '--hidden', '32', '--lr', '.5', '--batch', '64', '--epochs', '8', '--seed', '7']
      const lines = await json(['train', '--data', place.digits, ...model, '--save', name])
      expect(lines.map(({ event }) => event)).toEqual([...new Array<string>(8).fill('epoch'), 'done'])
      expect(Object.keys(lines[0] ?? {})).toEqual([
        'event',
        'epoch',
        'train_loss',
        'valid_loss',
        'accuracy',
        'classes',
        'images_per_second',
      ])
      expect(Object.keys(lines[8] ?? {})).toEqual([
        'event',
        'accuracy',
        'images_per_second',
        'steps',
        'seconds',
        'ended_by',
      ])
      expect(lines[8]).toMatchObject({ accuracy: lines[7]?.['accuracy'], steps: 8 * 16 })
      saved.push(JSON.stringify(lines.map(({ train_loss: loss, accuracy }) => [loss, accuracy])))
    }
    expect(saved[1]).toBe(saved[0])
    expect(Buffer.compare(await readFile(place.path('a.onnx')), await readFile(place.path('b.onnx')))).toBe(0)
  })

  test('evaluate finds the accuracy that training ended with', async () => {
    const [answer] = await json(['evaluate', '--model', 'a.onnx', '--data', place.digits])
    const { accuracy, count, confusion } = answer as { accuracy: number; count: number; confusion: number[][] }
    expect(count).toBe(200)
    expect(accuracy).toBeCloseTo((JSON.parse(saved[0] ?? '') as number[][])[8]?.[1] ?? 0, 12)
    const correct = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
    expect(correct / count).toBeCloseTo(accuracy, 12)
    expect(answer).toMatchObject({ classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
    const { metrics, mean } = answer as { metrics: { recall: number; support: number }[]; mean: { recall: number } }
    // Twenty images of each digit: the mean recall is the accuracy.
    expect(metrics.map(({ support }) => support)).toEqual(new Array(10).fill(20))
    expect(mean.recall).toBeCloseTo(accuracy, 12)
    const { stdout } = await place.run(['evaluate', '--model', 'a.onnx', '--data', place.digits])
    expect(stdout).toMatch(/digit +precision +recall +F1 +images\n0 /)
  })

  test('predict reads a picture, dark on light and large', async () => {
    const { images, labels } = generateDigits({ count: 10, seed: 2 })
    const which = labels.indexOf(1)
    const scale = 4
    const side = 28 * scale
    const data = Uint8Array.from({ length: side * side }, (_, at) => {
      const x = Math.floor((at % side) / scale)
      const y = Math.floor(at / side / scale)
      return 255 - (images[which * 784 + y * 28 + x] ?? 0)
    })
    await writeFile(place.path('one.png'), encode({ width: side, height: side, data, channels: 1, depth: 8 }))
    const [answer] = await json(['predict', '--model', 'starter', '--image', 'one.png'])
    expect(answer).toMatchObject({ digit: 1, classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
    const { probabilities } = answer as { probabilities: number[] }
    expect(probabilities).toHaveLength(10)
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
    expect(Math.max(...probabilities)).toBe(probabilities[1])
  })

  test('predict reads an exported image as the image that it is, either way round, and a JPEG of it', async () => {
    const { images, labels } = generateDigits({ count: 10, seed: 2 })
    const which = labels.indexOf(4)
    const data = images.subarray(which * 784, which * 784 + 784)
    await writeFile(place.path('four.png'), encode({ width: 28, height: 28, data, channels: 1, depth: 8 }))
    const dark = data.map((value) => 255 - value)
    await writeFile(place.path('dark.png'), encode({ width: 28, height: 28, data: dark, channels: 1, depth: 8 }))
    const colors = Uint8Array.from({ length: 784 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (dark[at >> 2] ?? 0)))
    await writeFile(place.path('four.jpg'), encodeJpeg({ width: 28, height: 28, data: colors }, 95).data)
    const [own] = await json(['predict', '--model', 'starter', '--image', 'four.png'])
    const classifier = await Classifier.load(await readFile('native/starter/starter.onnx'), 'starter')
    const expected = await classifier.probabilities(data)
    expect((own as { probabilities: number[] }).probabilities).toEqual([...expected])
    expect(await json(['predict', '--model', 'starter', '--image', 'dark.png'])).toEqual([own])
    expect(await json(['predict', '--model', 'starter', '--image', 'four.jpg'])).toMatchObject([{ digit: 4 }])
  })

  test('drawings are read one a line, and those without a label are skipped when a model is measured', async () => {
    const one = {
      strokes: [
        [
          [140, 40],
          [140, 140],
          [138, 240],
        ],
      ],
      width: 280,
      height: 280,
    } as const
    const file = writeDrawingLines([
      { label: 1, ...one },
      { label: null, ...one },
      { label: 7, ...one },
    ])
    await writeFile(place.path('mine.jsonl'), file)
    const readings = await json(['predict', '--model', 'starter', '--drawings', 'mine.jsonl'])
    expect(readings.map(({ digit }) => digit)).toEqual([1, 1, 1])
    const [answer] = await json(['evaluate', '--model', 'starter', '--drawings', 'mine.jsonl'])
    expect(answer).toMatchObject({ count: 2, skipped: 1, accuracy: 0.5 })
    expect((answer as { confusion: number[][] }).confusion[7]?.[1]).toBe(1)
  })

  test('the digits of a set with two classes are those two, told apart by mnist_loss', async () => {
    const env = { INKLING_DATASETS: place.digits }
    await json(['train', '--data', 'mnist_sample', '--epochs', '2', '--batch', '64', '--save', 'two.onnx'], env)
    const [answer] = await json(['evaluate', '--model', 'two.onnx', '--data', 'mnist_sample'], env)
    expect(answer).toMatchObject({ classes: [3, 7], count: 40 })
  })

  test('Ctrl-C ends training with a plain line and leaves nothing behind', async () => {
    const child = place.start(['train', '--data', place.digits, '--epochs', '10000', '--save', 'never.onnx'])
    const ended = outcomeOf(child)
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/^Interrupted after [\d,]+ of 40,000 mini-batches\. Nothing was saved\.\n$/)
    expect((await readdir(place.root)).filter((name) => name.startsWith('never'))).toEqual([])
  })

  test('an interrupted run tells programs too how far it came', async () => {
    const child = place.start(['train', '--data', place.digits, '--epochs', '10000', '--json'])
    const ended = outcomeOf(child)
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' })
    expect(linesOf(stdout).at(-1)).toMatchObject({ event: 'stopped', total_steps: 40_000 })
  })

  test('a run from the average digits tells how well they do before anything is learned', async () => {
    const train = ['train', '--data', place.digits, '--init', 'averages', '--lr', '.001', '--epochs', '1']
    const [before, epoch] = await json(train)
    const [baseline] = await json(['averages', '--data', place.digits, '--distance', 'rmse'])
    expect(before).toMatchObject({ event: 'before' })
    expect(before?.['accuracy']).toBeCloseTo(Number(baseline?.['overall']), 10)
    expect(epoch).toMatchObject({ event: 'epoch', epoch: 1 })
  })

  test('gradients that nobody sets to zero lead elsewhere', async () => {
    const train = ['train', '--data', place.digits, '--epochs', '2', '--batch', '20']
    const [, plain] = await json(train)
    const [, summed] = await json([...train, '--forget-zero-grad'])
    expect(summed?.['train_loss']).not.toBe(plain?.['train_loss'])
  })

  test('a run can end when it is good enough', async () => {
    const train = ['train', '--data', place.digits, '--lr', '.5', '--epochs', '30', '--stop-at']
    const lines = await json([...train, 'accuracy:0.7'])
    const accuracies = lines.slice(0, -1).map(({ accuracy }) => Number(accuracy))
    expect(accuracies.findIndex((accuracy) => accuracy >= 0.7)).toBe(accuracies.length - 1)
    expect(lines.at(-1)).toMatchObject({ event: 'done', ended_by: 'metric', steps: accuracies.length * 4 })
    for (const wrong of ['accuracy', 'accuracy:', 'accuracy:2', 'loss:-1', 'f1:0.5', 'accuracy:0.5:1']) {
      expect(await place.run([...train, wrong])).toMatchObject({ code: 2, stdout: '' })
    }
  })

  test('a run that diverges says so instead of showing a result', async () => {
    const args = ['train', '--data', place.digits, '--loss', 'cross_entropy', '--model', 'mlp', '--lr', '1e6']
    const { code, stdout } = await place.run([
      ...args,
      '--hidden',
      '256,256',
      '--init',
      'normal',
      '--json',
      '--save',
      'diverged.onnx',
    ])
    expect(code).toBe(1)
    const [diagnosed, last] = linesOf(stdout).slice(-2)
    expect(last).toMatchObject({ event: 'diverged' })
    expect(diagnosed).toMatchObject({
      event: 'diagnosed',
      diagnoses: [{ code: 'diverged/large-weights' }, { code: 'diverged/rate-too-high' }],
    })
    expect(await readdir(place.root)).not.toContain('diverged.onnx')
  })
})

describeWithMnist('the command line on MNIST', (folder) => {
  test("gives the book's figures", async () => {
    const env = { INKLING_DATASETS: dirname(folder) }
    const [answer] = await json(['averages', '--data', 'mnist', '--digits', '3,7', '--distance', 'l1'], env)
    const { per_digit: perDigit, mean } = answer as { per_digit: Record<string, number>; mean: number }
    expect([perDigit['3'], perDigit['7'], mean].map((value) => value?.toFixed(4))).toEqual([
      '0.9168',
      '0.9854',
      '0.9511',
    ])
  })
})
