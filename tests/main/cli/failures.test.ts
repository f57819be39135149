import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { Workplace } from './run-cli.ts'

let place: Workplace

const images = writeIdxImages({ images: new Uint8Array(5 * 784).fill(9), count: 5, height: 28, width: 28 })
const labels = writeIdxLabels(Uint8Array.of(1, 2, 3, 4, 5))

async function halfOf(name: string, imageBytes: Uint8Array, labelBytes: Uint8Array): Promise<void> {
  await mkdir(place.path(name))
  await writeFile(join(place.path(name), 't10k-images-idx3-ubyte.gz'), imageBytes)
  await writeFile(join(place.path(name), 't10k-labels-idx1-ubyte.gz'), labelBytes)
}

beforeAll(async () => {
  place = await Workplace.create()
  await halfOf('truncated', gzipSync(images).subarray(0, -12), labels)
  await halfOf('swapped', labels, images)
  await halfOf('disagreeing', images, writeIdxLabels(new Uint8Array(4)))
  await halfOf('test-only', images, labels)
  await halfOf('few', images, labels)
  await writeFile(join(place.path('few'), 'train-images-idx3-ubyte'), images)
  await writeFile(join(place.path('few'), 'train-labels-idx1-ubyte'), labels)
  await mkdir(place.path('empty'))
  await writeFile(place.path('text.onnx'), 'no model at all')
  await writeFile(place.path('blank.jsonl'), '{"label":1,"strokes":[],"width":10,"height":10}\n')
  await writeFile(place.path('bad.jsonl'), 'a three, honestly\n')
  await writeFile(place.path('odd.jsonl'), '{"label":11,"strokes":[],"width":10,"height":10}\n')
  await writeFile(place.path('cut.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]))
})

afterAll(async () => {
  await place.remove()
})

/** Runs, and checks what holds for every failure: nothing on stdout, one line `code: message`, no stack trace. */
async function failure(
  args: readonly string[],
  exitCode: number,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await place.run(args, env)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^[a-z]+\/[a-z-]+: .+[.?]\n$/)
  expect(stderr).not.toMatch(/\n\s+at |internal\/unexpected/)
  expect(code).toBe(exitCode)
  return stderr.slice(0, stderr.indexOf(':'))
}

describe('wrong usage ends with 2 and its code', () => {
  test.concurrent.each([
    ['usage/unknown-command', []],
    ['usage/unknown-command', ['dance']],
    ['usage/unknown-command', ['data']],
    ['usage/unknown-command', ['data', 'lost']],
    ['usage/unknown-command', ['dance', '--help']],
    ['usage/unknown-option', ['data', 'list', '--all']],
    ['usage/unknown-option', ['data', 'list', 'more']],
    ['usage/missing-option', ['averages']],
    ['usage/missing-option', ['evaluate', '--model', 'starter']],
    ['usage/missing-option', ['predict', '--model', 'starter', '--image', 'a.png', '--drawings', 'b.jsonl']],
    ['usage/bad-value', ['averages', '--data']],
    ['usage/bad-value', ['averages', '--data', 'mnist', '--distance', 'l3']],
    ['usage/bad-value', ['averages', '--data', 'mnist', '--digits', '3,3']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--lr', '-1']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--fresh']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--epochs', '1.5']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--hidden', '64']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--threads', '0']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--model', 'lenet', '--activation', 'tanh']],
    ['usage/bad-value', ['train', '--data', 'mnist', '--model', 'linear', '--dropout', '.5']],
    ['usage/bad-value', ['evaluate', '--model', 'starter', '--drawings', 'a.jsonl', '--split', 'train']],
    ['usage/unknown-command', ['help', 'dance']],
    ['usage/bad-value', ['bench', '--models', 'linear,unknown']],
    ['usage/bad-value', ['bench', '--batch', '64,,256']],
    ['usage/bad-value', ['bench', '--threads', 'many']],
    ['usage/bad-value', ['bench', '--device', 'auto']],
  ])('%s: %j', async (code, args) => {
    expect(await failure(args, 2)).toBe(code)
  })
})

describe('a near miss is told', () => {
  test.concurrent.each([
    ['"train"', ['trian', '--data', 'mnist']],
    ['"data download"', ['download', 'mnist']],
    ['"list"', ['data', 'lst']],
    ['"--epochs"', ['train', '--data', 'mnist', '--ephocs', '3']],
    ['"--lr"', ['train', '-lr=.1']],
    ['"lenet"', ['train', '--data', 'mnist', '--model', 'lennet']],
    ['"mnist"', ['data', 'download', 'minst']],
    ['"starter"', ['predict', '--model', 'strater', '--image', 'cut.png']],
  ])('%s', async (meant, args) => {
    expect((await place.run(args)).stderr).toContain(`Did you mean ${meant}?`)
  })
})

describe('bad input ends with 1 and its code', () => {
  const evaluate = ['evaluate', '--model', 'starter'] as const
  const train = ['train', '--data', './digits'] as const
  test.concurrent.each([
    ['dataset/unknown', ['averages', '--data', 'letters']],
    ['dataset/unknown', ['averages', '--data', 'mnist']],
    ['dataset/truncated', [...evaluate, '--data', './truncated']],
    ['dataset/bad-magic', [...evaluate, '--data', './swapped']],
    ['dataset/count-mismatch', [...evaluate, '--data', './disagreeing']],
    ['dataset/empty-folder', [...evaluate, '--data', './empty']],
    ['dataset/missing-split', ['averages', '--data', './test-only']],
    ['dataset/no-images-of-class', ['averages', '--data', './few', '--digits', '3,7']],
    ['file/not-found', ['evaluate', '--model', 'none.onnx', '--data', './digits']],
    ['model/not-onnx', ['evaluate', '--model', 'text.onnx', '--data', './digits']],
    ['drawing/bad-json', ['predict', '--model', 'starter', '--drawings', 'bad.jsonl']],
    ['drawing/bad-format', ['predict', '--model', 'starter', '--drawings', 'odd.jsonl']],
    ['drawing/blank', ['predict', '--model', 'starter', '--drawings', 'blank.jsonl']],
    ['image/unreadable', ['predict', '--model', 'starter', '--image', 'cut.png']],
    ['file/unreadable', ['predict', '--model', 'starter', '--image', 'empty']],
    ['file/not-found', ['predict', '--model', 'strater', '--image', 'cut.png']],
    ['train/loss-needs-two-classes', [...train, '--loss', 'mnist_loss']],
    ['train/bad-specification', [...train, '--batch', '1001']],
    ['train/bad-specification', ['find-rate', '--data', './digits', '--batch', '1001']],
    ['train/bad-specification', [...train, '--digits', '3,7', '--label-smoothing', '.1']],
    ['train/bad-specification', [...train, '--model', 'mlp', '--init', 'averages']],
    ['dataset/no-images-of-class', ['train', '--data', './few', '--digits', '3,7', '--batch', '1']],
    ['dataset/no-images-of-class', ['find-rate', '--data', './few', '--digits', '3,7', '--batch', '1']],
    ['file/not-writable', [...train, '--save', 'nowhere/model.onnx']],
    ['file/not-writable', [...train, '--save', 'empty']],
  ] as const)('%s: %j', async (code, args) => {
    expect(await failure(args, 1)).toBe(code)
  })

  test('a folder that is missing is named, not the file that is to be made in it', async () => {
    const { stderr } = await place.run(['train', '--data', './digits', '--save', 'nowhere/model.onnx'])
    expect(stderr).toContain('cannot be written: there is no folder ')
    expect(stderr).toContain('nowhere. Choose another place.')
  })

  test('a data directory that cannot be written to is told, and what is there stays', async () => {
    await writeFile(place.path('file'), 'mine')
    const code = await failure(['averages', '--data', 'synthetic'], 1, {
      INKLING_DATA_DIR: join(place.path('file'), 'data'),
    })
    expect(code).toBe('library/not-writable')
    expect(await readFile(place.path('file'), 'utf8')).toBe('mine')
  })

  test('a damaged set is listed with its problem', async () => {
    const { code, stdout } = await place.run(['data', 'list'], { INKLING_DATASETS: place.path('truncated') })
    expect(code).toBe(0)
    expect(stdout).toMatch(/mnist: t10k-images-idx3-ubyte\.gz ends after|mnist: The gzip data/)
    expect(await readdir(place.path('truncated'))).toHaveLength(2)
  })
})
