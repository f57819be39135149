/** Starts device-process.ts and turns whatever becomes of it into an answer. */
import { fileURLToPath } from 'node:url'
import { devices, type Device, type RunSpecification } from '../learn/specification.ts'
import type { BenchFigures } from '../trainer/benchmark.ts'
import type { ThreadSpeed } from '../trainer/device-speed.ts'
import { launchTrial } from './trial-process.ts'

/** What the process is asked to do with a model on a device. */
export type DeviceJob = {
  readonly device: Device
  readonly specification: RunSpecification
} & (
  | { /** A few steps, whose losses must be the CPU's. */ readonly task: 'compare' }
  | {
      /** Train for about so many seconds with each of these numbers of threads. */
      readonly task: 'speed'
      readonly seconds: number
      readonly threads: readonly number[]
    }
  | { /** All figures of `inkling bench`. */ readonly task: 'bench'; readonly seconds: number }
)

type Results = { compare: true; speed: readonly ThreadSpeed[]; bench: BenchFigures }

/** One of both is null. The reason is a sentence. */
export type DeviceAnswer<Task extends DeviceJob['task']> =
  { readonly result: Results[Task]; readonly reason: null } | { readonly result: null; readonly reason: string }

/** Enough for a graphics card that is busy, and for one that is simulated to compile its programs. */
const TIME_LIMIT_SECONDS = 60

// In a packaged app everything is bundled, and the process is a bundle beside this one.
const entry = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './device-process.ts' : './device-process.cjs', import.meta.url),
)

/** Never rejects: a process that dies or hangs is an answer too. `started` hears the number of the process. */
export function runInDeviceProcess<Job extends DeviceJob>(
  job: Job,
  timeLimitSeconds = TIME_LIMIT_SECONDS,
  started: (processId: number) => void = () => {},
): Promise<DeviceAnswer<Job['task']>> {
  const { title } = devices[job.device]
  return new Promise((resolve) => {
    const child = launchTrial(entry)
    const no = (reason: string) => answer({ result: null, reason })
    const limit = setTimeout(
      () => no(`${title} did not answer within ${timeLimitSeconds} seconds.`),
      timeLimitSeconds * 1000,
    )
    function answer(result: DeviceAnswer<Job['task']>): void {
      clearTimeout(limit)
      child.kill()
      resolve(result)
    }
    // The other end is our own device-process.ts, which answers the job that it was given.
    child.onMessage((message) => answer(message as DeviceAnswer<Job['task']>))
    child.onError((reason) => no(`The process that tries ${title} could not start: ${reason}.`))
    child.onExit((how) => no(`Trying ${title} ended the process that tried it (${how}): its driver seems broken.`))
    child.send(job)
    if (child.pid !== undefined) started(child.pid)
  })
}
