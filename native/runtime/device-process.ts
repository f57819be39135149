/**
 * The process in which a device is tried: it may die without harm. It trains what it is told on made-up images, says how fast
 * that was or why it did not work, and is ended by whoever started it (device-trial.ts).
 */
import { compareWithCpu, measureSpeed } from '../trainer/device-speed.ts'
import type { DeviceAnswer, DeviceJob } from './device-trial.ts'

async function tried({ device, specification, seconds }: DeviceJob): Promise<DeviceAnswer> {
  if (seconds > 0) return { imagesPerSecond: await measureSpeed(device, specification, seconds), reason: null }
  return { imagesPerSecond: null, reason: await compareWithCpu(device, specification) }
}

process.on('message', (job) => {
  // The other end is device-trial.ts, which sends nothing else.
  tried(job as DeviceJob)
    .catch((error: unknown): DeviceAnswer => {
      const reason = error instanceof Error ? error.message : String(error)
      return { imagesPerSecond: null, reason }
    })
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1))
})

// Nobody waits for the answer any more.
process.on('disconnect', () => process.exit(0))
