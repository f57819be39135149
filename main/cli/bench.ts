/** `bench`: how fast models begin, train and read here. The measuring is native/trainer/benchmark.ts. */
import { namesOf, devices, type Device } from '../../native/learn/specification.ts'
import { benchmarkModels, benchmarkSpecification, type BenchmarkModel } from '../../native/trainer/benchmark-models.ts'
import type { BenchFigures } from '../../native/trainer/benchmark.ts'
import { defineCommand, type Context } from './command.ts'
import { listOf, positiveNumber } from './options.ts'
import { grouped, table, type Alignment } from './table.ts'
import { readThreads } from './shared-options.ts'

const modelNames = Object.keys(benchmarkModels).filter((name): name is BenchmarkModel => name in benchmarkModels)
const deviceNames = namesOf(devices).filter((name): name is Device => name !== 'auto')

const options = {
  models: listOf((name) => modelNames.find((known) => known === name) ?? null, {
    description: `What is trained: ${modelNames.join(', ')}. A number is that of the hidden units.`,
    placeholder: 'NAME[,NAME...]',
    expected: `some of ${modelNames.join(', ')}, with commas between`,
    default: modelNames,
  }),
  batch: listOf((given) => numberFrom(given, 1, 60_000), {
    description: 'Images per mini-batch.',
    placeholder: 'N[,N...]',
    expected: 'whole numbers from 1 to 60000, such as 64,256,1024',
    default: [256],
  }),
  threads: listOf(readThreads, {
    description: 'Threads that compute; auto takes as many as measure fastest.',
    placeholder: 'N[,N...]',
    expected: 'auto, or whole numbers from 1 to 64, such as 1,2',
    default: [1],
  }),
  device: listOf((name) => deviceNames.find((known) => known === name) ?? null, {
    description: `Where it computes: ${deviceNames.join(', ')}.`,
    placeholder: 'NAME[,NAME...]',
    expected: `some of ${deviceNames.join(', ')}, with commas between`,
    default: ['cpu'],
  }),
  seconds: positiveNumber(60, { description: 'How long each trains, roughly.', default: 1 }),
}

function numberFrom(given: string, least: number, most: number): number | null {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
  return value >= least && value <= most ? value : null
}

/** What was measured together. */
type Case = {
  readonly name: BenchmarkModel
  readonly batchSize: number
  readonly threads: number
  readonly device: Device
}

type Row = Case & {
  /** Null with the reason where the device does not work. */
  readonly figures: BenchFigures | null
  readonly reason: string | null
  /** Part of `productPeak` that the model's own products and convolutions reach while training on the CPU. */
  readonly share: number | null
}

export const command = defineCommand({
  description:
    'Trains models for a moment on made-up images, each in a process of its own, and tells how fast that was: training, evaluation of 10,000 images, one image from its pixels to its probabilities (the middle one of many, and what 95 of 100 do not exceed), and the time from the settings to the first loss. "of peak" is the part of the speed of one large product of matrices that training reaches.',
  options,
  examples: ['bench', 'bench --models mlp128,lenet --batch 64,256,1024 --threads 1,2', 'bench --device webgpu --json'],
  async run({ models, batch, threads, device, seconds }, context) {
    const cases = models.flatMap((name) =>
      batch.flatMap((batchSize) =>
        device.flatMap((where) => threads.map((count) => ({ name, batchSize, threads: count, device: where }))),
      ),
    )
    let stopped = false
    context.onInterrupt(() => {
      stopped = true
    })
    const rows: Row[] = []
    for (const [at, item] of cases.entries()) {
      if (stopped) break
      context.progress(`${at + 1} of ${cases.length}: ${item.name}, batch ${item.batchSize}`)
      const row = await measured(item, seconds)
      // Ctrl-C reaches the process that measures too: it has no figures then, and no fault.
      if (stopped && row.figures === null) break
      rows.push(row)
    }
    report(rows, context)
    if (stopped) context.warn(`Interrupted after ${rows.length} of ${cases.length} measurements.`)
    return stopped ? 130 : rows.some(({ figures }) => figures !== null) ? 0 : 1
  },
})

async function measured(item: Case, seconds: number): Promise<Row> {
  const { trainingOperations } = await import('../../native/learn/arithmetic.ts')
  const { runInDeviceProcess } = await import('../../native/runtime/device-trial.ts')
  const { chooseDevice, probeDevice } = await import('../../native/runtime/devices.ts')
  const asked = { ...benchmarkSpecification(item.name, item), device: item.device }
  const { used, threads } = await chooseDevice(asked)
  if (used !== item.device) {
    const { reason } = await probeDevice(item.device)
    return { ...item, threads, figures: null, reason, share: null }
  }
  const specification = { ...asked, threads }
  const { result, reason } = await runInDeviceProcess(
    { task: 'bench', device: used, specification, seconds },
    60 + 2 * seconds,
  )
  const share =
    result === null || used !== 'cpu'
      ? null
      : (result.imagesPerSecond * trainingOperations(specification)) / (result.productPeak * 1e9)
  return { ...item, threads, figures: result, reason, share }
}

function report(rows: readonly Row[], { json, print }: Context): void {
  if (json) {
    print(JSON.stringify({ results: rows.map(asJson) }))
    return
  }
  const heading = [
    'model',
    'batch',
    'threads',
    'images/s',
    'of peak',
    'evaluated/s',
    'one image',
    '95 of 100',
    'first loss',
  ]
  const alignments = heading.map((_, column): Alignment => (column === 0 ? 'left' : 'right'))
  for (const device of new Set(rows.map((row) => row.device))) {
    const here = rows.filter((row) => row.device === device)
    const lines = here.flatMap((row) => (row.figures === null ? [] : [cells(row, row.figures)]))
    print(`${devices[device].title}:`)
    if (lines.length > 0) for (const line of table([heading, ...lines], alignments)) print(line)
    for (const reason of new Set(here.flatMap((row) => row.reason ?? []))) print(reason)
  }
  const peaks = new Map(rows.flatMap(({ figures, threads }) => (figures === null ? [] : [[threads, figures]])))
  for (const [threads, { productPeak }] of peaks) {
    print(
      `A large product of matrices, ${threads} thread${threads === 1 ? '' : 's'}: ${Math.round(productPeak)} GFLOP/s.`,
    )
  }
}

function cells({ name, batchSize, threads, share }: Row, figures: BenchFigures): string[] {
  return [
    name,
    grouped(batchSize),
    String(threads),
    grouped(Math.round(figures.imagesPerSecond)),
    share === null ? '' : `${Math.round(100 * share)} %`,
    grouped(Math.round(figures.evaluatedPerSecond)),
    `${grouped(Math.round(figures.oneImage.median))} us`,
    `${grouped(Math.round(figures.oneImage.p95))} us`,
    `${Math.round(figures.firstLoss)} ms`,
  ]
}

function asJson({ name, batchSize, threads, device, figures, reason, share }: Row) {
  return {
    model: name,
    batch: batchSize,
    threads,
    device,
    reason,
    images_per_second: figures?.imagesPerSecond ?? null,
    share_of_peak: share,
    peak_gflops: figures?.productPeak ?? null,
    evaluated_per_second: figures?.evaluatedPerSecond ?? null,
    one_image_us: figures?.oneImage ?? null,
    first_loss_ms: figures?.firstLoss ?? null,
  }
}
