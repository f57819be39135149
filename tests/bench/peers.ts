/** The peers in ../shared/bench, each run once in a process of its own. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchmarkModel } from '../../native/trainer/benchmark-models.ts'

export const peerNames = ['torch', 'jax'] as const
export type PeerName = (typeof peerNames)[number]

/** What a peer told; NaN where it told nothing. Latencies in microseconds. */
export type PeerFigures = {
  readonly imagesPerSecond: number
  readonly evaluatedPerSecond: number
  readonly median: number
  readonly p95: number
}

const folder = fileURLToPath(new URL('../../../shared/bench/', import.meta.url))
const python = process.env['PEER_PYTHON']

/** Why there are no peers, or null. */
export const noPeers: string | null =
  python === undefined
    ? 'No peers: PEER_PYTHON does not name a Python that has torch and jax.'
    : existsSync(folder)
      ? null
      : 'No peers: there is no ../shared/bench.'

/** The peers have no ResNet. */
export const hasPeer = (model: BenchmarkModel): boolean => model !== 'resnet'

type Case = { readonly model: BenchmarkModel; readonly batch: number; readonly threads: number }

/** Trains for this many timed epochs, or reads: single images, and 10,000 at once. */
export async function runPeer(
  peer: PeerName,
  { model, batch, threads }: Case,
  what: { readonly epochs: number } | 'reading',
): Promise<PeerFigures> {
  // LeNet is slow: fewer images, as the peers' README says.
  const images = model === 'lenet' ? '12288' : '60000'
  const task = what === 'reading' ? ['--infer'] : ['--epochs', String(what.epochs), '--images', images]
  const parameters = ['--model', model, '--batch', String(batch), '--threads', String(threads), ...task]
  const { stdout } = await promisify(execFile)(python ?? 'python3', [`${folder}${peer}_bench.py`, ...parameters])
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  return {
    imagesPerSecond: Number(told['images_per_s']),
    evaluatedPerSecond: Number(told['b10000_images_per_s']),
    median: Number(told['latency_us_median']),
    p95: Number(told['latency_us_p95']),
  }
}
