/**
 * `npm run bench`: races our training and reading against the peers in ../shared/bench, side by side and alternating, and prints
 * medians and ratios as tables. PEER_PYTHON names the Python that has torch and jax; without it only our own figures are
 * printed. `inkling bench` gives a person our own figures; both measure by native/trainer/benchmark.ts.
 * Its options: `npm run bench -- --help`.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { trainingOperations } from '../../native/learn/arithmetic.ts'
import { runInDeviceProcess } from '../../native/runtime/device-trial.ts'
import { nodeFlags } from '../../native/runtime/node-flags.ts'
import { benchmarkSpecification, type BenchmarkModel } from '../../native/trainer/benchmark-models.ts'
import type { BenchFigures } from '../../native/trainer/benchmark.ts'
import { readBenchArguments } from './arguments.ts'
import { hasPeer, noPeers, runPeer, type PeerFigures, type PeerName } from './peers.ts'

const values = readBenchArguments(process.argv.slice(2))
const { rounds, models } = values
const peers = noPeers === null ? values.peers : []

type Case = { readonly model: BenchmarkModel; readonly batch: number; readonly threads: number }
type Rounds = { readonly ours: readonly BenchFigures[]; readonly theirs: ReadonlyMap<PeerName, readonly PeerFigures[]> }

async function measureOurs({ model, batch, threads }: Case, seconds: number): Promise<BenchFigures> {
  const specification = benchmarkSpecification(model, { batchSize: batch, threads })
  const { result, reason } = await runInDeviceProcess(
    { task: 'bench', device: 'cpu', specification, seconds },
    120 + 2 * seconds,
  )
  if (result === null) throw new Error(reason)
  return result
}

/** We and the peers in turn, so that a drift of the machine's speed hits all alike. */
async function race(item: Case, what: Parameters<typeof runPeer>[2], seconds: number): Promise<Rounds> {
  const ours: BenchFigures[] = []
  const theirs = new Map<PeerName, PeerFigures[]>(hasPeer(item.model) ? peers.map((peer) => [peer, []]) : [])
  for (let round = 0; round < rounds; round += 1) {
    const own = await measureOurs(item, seconds)
    ours.push(own)
    const others: string[] = []
    for (const [peer, figures] of theirs) {
      const figure = await runPeer(peer, item, what)
      figures.push(figure)
      others.push(`${peer} ${shown(what === 'reading' ? figure.median : figure.imagesPerSecond)}`)
    }
    // Tables come when a race is over, which takes minutes.
    const ownNumber = what === 'reading' ? own.oneImage.median : own.imagesPerSecond
    console.error(
      `${item.model}, batch ${item.batch}, round ${round + 1}: inkling ${shown(ownNumber)} ${others.join(' ')}`,
    )
  }
  return { ours, theirs }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
const shown = (number: number, digits = 0): string =>
  Number.isFinite(number)
    ? number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : ''

/** Our figure, then each peer's and by how much ours is better: the median of the rounds' ratios. */
function columns(
  { ours, theirs }: Rounds,
  own: (figures: BenchFigures) => number,
  theirOwn: (figures: PeerFigures) => number,
  better: 'more' | 'less',
): string[] {
  const numbers = ours.map(own)
  const others = peers.flatMap((peer) => {
    const found = theirs.get(peer)?.map(theirOwn) ?? []
    const ratios = found.map((theirNumber, round) => {
      const ourNumber = numbers[round] ?? Number.NaN
      return better === 'more' ? ourNumber / theirNumber : theirNumber / ourNumber
    })
    return [shown(median(found)), shown(median(ratios), 2)]
  })
  return [shown(median(numbers)), ...others]
}

function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => {
    const padded = widths.map((width, at) =>
      at === 0 ? (cells[at] ?? '').padEnd(width) : (cells[at] ?? '').padStart(width),
    )
    return `| ${padded.join(' | ')} |`
  }
  console.log(line(heading))
  console.log(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)
  for (const row of rows) console.log(line(row))
}

const versus = peers.flatMap((peer) => [peer, 'ratio'])

async function raceTraining(batch: number, threads: number): Promise<void> {
  const rows: string[][] = []
  for (const model of models) {
    const item = { model, batch, threads }
    const result = await race(item, { epochs: values.epochs }, values.seconds)
    const operations = trainingOperations(benchmarkSpecification(model, { batchSize: batch, threads }))
    const share = median(
      result.ours.map(({ imagesPerSecond, productPeak }) => (imagesPerSecond * operations) / (productPeak * 1e9)),
    )
    rows.push([
      model,
      ...columns(
        result,
        (figures) => figures.imagesPerSecond,
        (figures) => figures.imagesPerSecond,
        'more',
      ),
      `${shown(100 * share)} %`,
    ])
  }
  console.log(`\nTraining, images/s, batch ${batch}, ${threads} thread(s), medians of ${rounds} alternating runs:\n`)
  printTable(['model', 'inkling', ...versus, 'of product peak'], rows)
}

async function raceReading(): Promise<void> {
  const medians: string[][] = []
  const slowest: string[][] = []
  const evaluated: string[][] = []
  const first: string[][] = []
  for (const model of models) {
    const result = await race({ model, batch: 256, threads: 1 }, 'reading', 0.1)
    medians.push([
      model,
      ...columns(
        result,
        ({ oneImage }) => oneImage.median,
        (figures) => figures.median,
        'less',
      ),
    ])
    slowest.push([
      model,
      ...columns(
        result,
        ({ oneImage }) => oneImage.p95,
        (figures) => figures.p95,
        'less',
      ),
    ])
    evaluated.push([
      model,
      ...columns(
        result,
        (figures) => figures.evaluatedPerSecond,
        (figures) => figures.evaluatedPerSecond,
        'more',
      ),
    ])
    first.push([model, shown(median(result.ours.map(({ firstLoss }) => firstLoss)))])
  }
  console.log('\nOne image from its pixels to its answer, microseconds, 1 thread, the middle one of many:\n')
  printTable(['model', 'inkling', ...versus], medians)
  console.log('\nThe same, what 95 of 100 do not exceed:\n')
  printTable(['model', 'inkling', ...versus], slowest)
  console.log('\n10,000 images evaluated, images/s, 1 thread:\n')
  printTable(['model', 'inkling', ...versus], evaluated)
  console.log('\nFrom the specification to the first loss, in a new process, milliseconds:\n')
  printTable(['model', 'inkling'], first)
}

function measureMemory(): void {
  const script = fileURLToPath(new URL('./memory.ts', import.meta.url))
  const rows = models
    // A minute each for the convolutions: `--models lenet --races memory` asks for them.
    .filter((model) => models.length === 1 || !['lenet', 'resnet'].includes(model))
    .map((model) => {
      const options = ['--expose-gc', ...nodeFlags, script, model]
      return [model, execFileSync(process.execPath, options, { encoding: 'utf8' }).trim()]
    })
  console.log('\nMemory added by 20 epochs on 60,000 images, MB:\n')
  printTable(['model', 'inkling'], rows)
}

if (noPeers !== null) console.log(noPeers)
for (const name of values.races) {
  if (name === 'training') {
    for (const batch of values.batch) {
      for (const threads of values.threads) await raceTraining(batch, threads)
    }
  }
  if (name === 'reading') await raceReading()
  if (name === 'memory') measureMemory()
}
