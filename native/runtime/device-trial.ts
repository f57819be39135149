/** Starts device-process.ts and turns whatever becomes of it into an answer. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { devices, type Device, type RunSpecification } from '../learn/specification.ts'

/** What the process is asked to do: train this on the device for so long. 0 seconds: a few steps, compared with the CPU. */
export type DeviceJob = {
  readonly device: Device
  readonly specification: RunSpecification
  readonly seconds: number
}

/** One of both is null. The reason is a sentence. */
export type DeviceAnswer = { readonly imagesPerSecond: number | null; readonly reason: string | null }

/** Enough for a graphics card that is busy, and for one that is simulated to compile its programs. */
const TIME_LIMIT_SECONDS = 60

// In a packaged app everything is bundled, and the process is a bundle beside this one.
const entry = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './device-process.ts' : './device-process.cjs', import.meta.url),
)

/** Never rejects: a process that dies or hangs is an answer too. `started` hears the number of the process. */
export function runInDeviceProcess(
  job: DeviceJob,
  timeLimitSeconds = TIME_LIMIT_SECONDS,
  started: (processId: number) => void = () => {},
): Promise<DeviceAnswer> {
  const { title } = devices[job.device]
  return new Promise((resolve) => {
    const child = fork(entry, [], {
      // What the parent was started with (a debugger, a test runner) is not for the child.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Electron's own executable then behaves as Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      // Drivers talk: their words are of no use to the person.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const no = (reason: string) => answer({ imagesPerSecond: null, reason })
    const limit = setTimeout(
      () => no(`${title} did not answer within ${timeLimitSeconds} seconds.`),
      timeLimitSeconds * 1000,
    )
    function answer(result: DeviceAnswer): void {
      clearTimeout(limit)
      child.kill('SIGKILL')
      resolve(result)
    }
    // The other end is our own device-process.ts, which sends nothing else.
    child.on('message', (message) => answer(message as DeviceAnswer))
    child.on('error', (error) => no(`The process that tries ${title} could not start: ${error.message}.`))
    child.on('exit', (code, signal) =>
      no(
        `Trying ${title} ended the process that tried it (${signal ?? `exit code ${code}`}): its driver seems broken.`,
      ),
    )
    child.send(job, () => {
      // A process that is gone already is told by 'exit'.
    })
    if (child.pid !== undefined) started(child.pid)
  })
}
