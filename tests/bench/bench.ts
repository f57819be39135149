/**
 * `npm run bench`: races our training against the peers in ../shared/bench, alternating, in one run, and prints medians and
 * ratios. PEER_PYTHON names the Python that has torch (and jax); without it only our own figures are printed.
 * Options: --models linear,mlp30,mlp128 --batch 256 --threads 1 --rounds 5 --peers torch,jax
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'linear,mlp30,mlp128,mlp512,lenet' },
    batch: { type: 'string', default: '256' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '3' },
    peers: { type: 'string', default: 'torch' },
  },
})

const python = process.env['PEER_PYTHON']
const peerFolder = fileURLToPath(new URL('../../../shared/bench/', import.meta.url))
const ours = fileURLToPath(new URL('./train-speed.ts', import.meta.url))
const peers = python !== undefined && existsSync(peerFolder) ? values.peers.split(',') : []
if (peers.length === 0) console.log('No peers: set PEER_PYTHON to a Python with torch, and have ../shared/bench.')

function measure(command: string, parameters: string[]): number {
  const output = execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const parsed: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '')
  if (typeof parsed === 'object' && parsed !== null && 'images_per_s' in parsed) return Number(parsed.images_per_s)
  throw new Error(`no images_per_s in ${output}`)
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
const shown = (rate: number): string => Math.round(rate).toLocaleString('en-US').padStart(11)

console.log(`images/s, batch ${values.batch}, ${values.threads} thread(s), median of ${values.rounds} alternating runs`)
console.log(
  [
    'model'.padEnd(8),
    'inkling'.padStart(11),
    ...peers.flatMap((peer) => [peer.padStart(11), 'ratio'.padStart(7)]),
  ].join(' '),
)
for (const model of values.models.split(',')) {
  // LeNet is slow: fewer images, as the peers' README says.
  const images = model === 'lenet' ? '12288' : '60000'
  const shared = [
    '--model',
    model,
    '--batch',
    values.batch,
    '--threads',
    values.threads,
    '--epochs',
    values.epochs,
    '--images',
    images,
  ]
  const own: number[] = []
  const theirs = new Map<string, number[]>(peers.map((peer) => [peer, []]))
  for (let round = 0; round < Number(values.rounds); round += 1) {
    own.push(measure(process.execPath, ['--disable-warning=ExperimentalWarning', ours, ...shared]))
    for (const peer of peers)
      theirs.get(peer)?.push(measure(python ?? 'python3', [`${peerFolder}${peer}_bench.py`, ...shared]))
  }
  const columns = peers.flatMap((peer) => {
    const rates = theirs.get(peer) ?? []
    // Ratio of neighbors in time, so that a drift of the machine's speed hits both.
    const ratio = median(own.map((rate, round) => rate / (rates[round] ?? Number.NaN)))
    return [shown(median(rates)), ratio.toFixed(2).padStart(7)]
  })
  console.log([model.padEnd(8), shown(median(own)), ...columns].join(' '))
}
