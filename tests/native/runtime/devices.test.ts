import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { runInDeviceProcess } from '../../../native/runtime/device-trial.ts'
import { inPlainWords } from '../../../native/runtime/device-words.ts'
import { chooseDevice, possibleDevices, probeDevice, threadCandidates } from '../../../native/runtime/devices.ts'
import { madeUpImages } from '../../../native/trainer/made-up-images.ts'
import { StepRunner } from '../../../native/trainer/step-runner.ts'
import { describeWithSwiftShader, swiftShader } from '../../swiftshader.ts'

const small: RunSpecification = { ...defaultSpecification(), batchSize: 16 }

const endless = { task: 'speed', device: 'cpu', specification: small, seconds: 1000, threads: [1] } as const

describe('devices', () => {
  test.each([
    ['linux', 'x64', 'cpu webgpu cuda'],
    ['linux', 'arm64', 'cpu'],
    ['win32', 'x64', 'cpu webgpu dml'],
    ['win32', 'arm64', 'cpu webgpu dml'],
    ['darwin', 'arm64', 'cpu webgpu coreml'],
    ['freebsd', 'x64', 'cpu'],
  ])('that %s on %s can have are %s', (platform, architecture, expected) => {
    expect(possibleDevices(platform, architecture).join(' ')).toBe(expected)
  })

  test('are not tried when the CPU is asked for', async () => {
    expect(await chooseDevice({ ...small, threads: 3 })).toEqual({
      requested: 'cpu',
      used: 'cpu',
      threads: 3,
      warning: null,
      figures: [],
    })
  })

  test('of another platform leave the run on the CPU, with a coded warning', async () => {
    const foreign = process.platform === 'darwin' ? 'dml' : 'coreml'
    const labels = Uint8Array.from({ length: 20 }, (_, i) => i % 10)
    const set = { images: new Uint8Array(20 * 784), labels, count: 20, height: 28, width: 28 }
    const runner = await StepRunner.create({ ...small, device: foreign }, { train: set, test: set }, new Map())
    expect(runner.device.used).toBe('cpu')
    expect(runner.device.warning?.code).toBe('device/unavailable')
    expect(runner.device.warning?.message).toContain('does not exist on this platform')
    expect(await runner.run(new Int32Array(16), () => 0.1, 1)).toHaveLength(1)
    await runner.close()
  })

  test('are probed once per process', () => {
    expect(probeDevice('webgpu')).toBe(probeDevice('webgpu'))
  })

  test('that take too long are given up', async () => {
    const { result, reason } = await runInDeviceProcess(endless, 0.2)
    expect(result).toBeNull()
    expect(reason).toContain('did not answer within')
  })

  test('that end the process which tries them are told as such', async () => {
    // The child is killed from outside, as a broken driver would from inside.
    const answer = runInDeviceProcess(endless, 60, (pid) => {
      process.kill(pid, 'SIGSEGV')
    })
    expect((await answer).reason).toContain('SIGSEGV')
  })

  test('that the runtime does not know are told in its words', async () => {
    const specification = { ...small, model: 'mlp', hidden: [-1] } as const
    const answer = await runInDeviceProcess({ task: 'compare', device: 'cpu', specification })
    expect(answer.reason).not.toBeNull()
  })

  test('are refused in plain words', () => {
    const message = '/x/webgpu_context.cc:136 was false. Failed to get a WebGPU adapter: No supported adapters'
    expect(inPlainWords('webgpu', message, 'linux')).toBe(
      'No graphics card was found that WebGPU can use. It needs a driver for Vulkan.',
    )
    expect(inPlainWords('cuda', 'Failed to load shared library', 'linux')).toContain('not installed')
    expect(inPlainWords('dml', 'Something else.\nand more', 'win32')).toBe('ONNX Runtime says: Something else.')
  })

  test('are measured for auto, and the figures are reported', async () => {
    const choice = await chooseDevice({ ...small, device: 'auto' })
    expect(choice.warning).toBeNull()
    expect(choice.figures.map(({ device }) => device).sort()).toEqual([...possibleDevices()].sort())
    expect(choice.used).toBe(choice.figures[0]!.device)
    for (const { imagesPerSecond, reason } of choice.figures) expect(imagesPerSecond === null).toBe(reason !== null)
    expect(choice.figures.find(({ device }) => device === 'cpu')!.imagesPerSecond).toBeGreaterThan(0)
  }, 200_000)
})

describe('threads', () => {
  test.each([
    [1, [1]],
    [2, [1, 2]],
    [6, [1, 2, 4, 6]],
    [8, [1, 2, 4, 8]],
    [96, [1, 2, 4, 8, 16, 32, 64]],
  ])('worth a measurement on %i cores are %j', (cores, expected) => {
    expect(threadCandidates(cores)).toEqual(expected)
  })

  test('left open are measured for the model, and the figures are reported', async () => {
    const choice = await chooseDevice({ ...small, threads: 0 })
    expect(choice).toMatchObject({ requested: 'cpu', used: 'cpu', warning: null })
    const measured = choice.figures.map(({ threads }) => threads)
    expect(measured.toSorted((a, b) => a - b)).toEqual(threadCandidates())
    expect(measured).toContain(choice.threads)
    const speeds = choice.figures.map(({ imagesPerSecond }) => imagesPerSecond!)
    expect(speeds).toEqual(speeds.toSorted((a, b) => b - a))
    expect(speeds.at(-1)).toBeGreaterThan(0)
    const chosen = choice.figures.find(({ threads }) => threads === choice.threads)!
    expect(chosen.imagesPerSecond! * 1.05).toBeGreaterThanOrEqual(speeds[0]!)
  })

  const bothWays = (['mlp', 'lenet', 'resnet'] as const).flatMap((model) =>
    [1, 2, 3].map((threads) => ({ model, threads })),
  )
  test.each(bothWays)('$threads for $model: each time the same losses and weights, bit by bit', async (change) => {
    const spec = { ...small, ...change, batchSize: 64 }
    const once = await trainHere(spec)
    expect(await trainHere(spec)).toEqual(once)
    expect(once.losses.at(-1)).not.toBe(once.losses[0])
  })

  test.each(['mlp', 'lenet'] as const)('of another number change the losses of %s by rounding alone', async (model) => {
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => trainHere({ ...small, model, batchSize: 64, threads })),
    )
    for (const [step, loss] of one!.losses.entries()) {
      expect(Math.abs(three!.losses[step]! - loss)).toBeLessThan(1e-4 * loss)
    }
  })
})

/** Losses and weights of some steps on made-up images. */
async function trainHere(spec: RunSpecification): Promise<Record<string, Float32Array> & { losses: Float32Array }> {
  const set = madeUpImages(512, 1)
  const first = initialize(buildModel(spec).parameters, 'linear', spec.seed)
  const runner = await StepRunner.create(spec, { train: set, test: set }, first)
  const indices = Int32Array.from({ length: 12 * spec.batchSize }, (_, i) => (i * 37) % 512)
  const losses = await runner.run(indices, () => 0.1, 1)
  const weights = Object.fromEntries([...runner.weights()].map(([name, numbers]) => [name, numbers.slice()]))
  await runner.close()
  return { ...weights, losses }
}

type Trained = { losses: number[]; logits: number[]; norms: number[]; settled: number }

const script = join(import.meta.dirname, 'train-on.ts')

async function trainOn(spec: RunSpecification, steps: number, ...more: string[]): Promise<Trained> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, JSON.stringify(spec), String(steps), ...more],
    { env: { ...process.env, ...swiftShader } },
  )
  return JSON.parse(stdout) as Trained
}

describeWithSwiftShader(
  'WebGPU on a software graphics card (skipped without /usr/lib/chromium/vk_swiftshader_icd.json)',
  () => {
    const mlp = { ...small, model: 'mlp', hidden: [128], batchSize: 8 } as const
    test.each([
      { name: '784-128-10', spec: mlp, steps: 6, more: [] },
      { name: '784-128-10, fed from outside', spec: mlp, steps: 6, more: ['fed'] },
      {
        name: '784-128-10 with Adam and L1',
        spec: { ...mlp, optimizer: 'adam', loss: 'l1', learningRate: 0.001 },
        steps: 5,
        more: [],
      },
      { name: 'LeNet', spec: { ...small, model: 'lenet', batchSize: 4 }, steps: 5, more: [] },
    ] as const)(
      'trains $name as the CPU does',
      async ({ spec, steps, more }) => {
        const here = await trainOn({ ...spec, device: 'cpu' }, steps)
        const there = await trainOn({ ...spec, device: 'webgpu' }, steps, ...more)
        expect(there.settled).toBe(steps + 1)
        expect(there.losses).toHaveLength(steps + 1)
        for (const part of ['losses', 'logits', 'norms'] as const) {
          for (const [i, number] of here[part].entries())
            expect(Math.abs(there[part][i]! - number), part).toBeLessThan(1e-3)
        }
      },
      300_000,
    )
  },
)
