/**
 * The process in which a device is tried: it may die without harm. It trains what it is told on made-up images, says how fast
 * that was or why it did not work, and is ended by whoever started it (device-trial.ts).
 */
import { constants, setPriority } from 'node:os'
import { measureBenchmark } from '../trainer/benchmark.ts'
import { compareWithCpu, measureSpeed } from '../trainer/device-speed.ts'
import type { DeviceAnswer, DeviceJob } from './device-trial.ts'

async function tried(job: DeviceJob): Promise<DeviceAnswer<DeviceJob['task']>> {
  const { device, specification } = job
  switch (job.task) {
    case 'compare': {
      // Nobody waits for this as for a measurement: what trains meanwhile goes first.
      setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
      const reason = await compareWithCpu(device, specification)
      return reason === null ? { result: true, reason } : { result: null, reason }
    }
    case 'speed':
      return { result: await measureSpeed(device, specification, job), reason: null }
    case 'bench':
      return { result: await measureBenchmark(device, specification, job.seconds), reason: null }
  }
}

/** The port of a process that Electron started; Electron's own types are not known here. */
type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}
const parentPort: ParentPort | null = 'parentPort' in process ? process.parentPort : null

function answer(message: unknown): void {
  if (parentPort !== null) parentPort.postMessage(message)
  else process.send?.(message)
}

function receive(job: unknown): void {
  // The other end is device-trial.ts, which sends nothing else.
  tried(job as DeviceJob)
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      return { result: null, reason }
    })
    .then(answer)
    .catch(() => process.exit(1))
}

if (parentPort !== null) parentPort.on('message', ({ data }) => receive(data))
else process.on('message', receive)

// Nobody waits for the answer any more.
process.on('disconnect', () => process.exit(0))
