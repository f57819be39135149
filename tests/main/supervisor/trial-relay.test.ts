import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { TrialFromEngine, TrialToEngine } from '../../../main/contract/process-messages.ts'
import { relayTrials } from '../../../main/engine/relayed-trials.ts'
import { createTrialRelay } from '../../../main/supervisor/trial-relay.ts'
import { defaultSpecification } from '../../../native/learn/specification.ts'
import { runInDeviceProcess, type DeviceJob } from '../../../native/runtime/device-trial.ts'
import { forkTrial, launchTrialsBy, type TrialProcess } from '../../../native/runtime/trial-process.ts'

const entry = fileURLToPath(new URL('../../../native/runtime/device-process.ts', import.meta.url))
const specification = { ...defaultSpecification(), batchSize: 16 }
const job: DeviceJob = { task: 'compare', device: 'cpu', specification }
const endless: DeviceJob = { task: 'speed', device: 'cpu', specification, seconds: 1000, threads: [1] }

/** Both ends, with messages copied as ports copy them, and the processes that were started. */
function connected() {
  const started: TrialProcess[] = []
  const ended: string[] = []
  const later = <Message>(receive: (message: Message) => void) => (message: Message) => {
    setImmediate(() => receive(structuredClone(message)))
  } // prettier-ignore
  const start = () => {
    const child = forkTrial(entry)
    started.push(child)
    child.onExit((how) => ended.push(how))
    return child
  }
  const relay = createTrialRelay(
    start,
    later((message: TrialToEngine) => trials.receive(message)),
  )
  const trials = relayTrials(later((message: TrialFromEngine) => relay.receive(message)))
  return { relay, trials, started, ended }
}

afterEach(() => {
  launchTrialsBy(forkTrial)
})

describe('an engine that cannot start processes has its parent start them', () => {
  test('a device is tried, and its process is gone afterwards', async () => {
    const { trials, started, ended } = connected()
    launchTrialsBy(trials.launch)
    expect(await runInDeviceProcess(job)).toEqual({ result: true, reason: null })
    expect(started.length).toBe(1)
    await expect.poll(() => ended).toEqual(['SIGKILL'])
  })

  test('a process that dies is told in words', async () => {
    const { trials, started } = connected()
    launchTrialsBy(trials.launch)
    const answer = runInDeviceProcess(endless)
    await expect.poll(() => started.length).toBe(1)
    started[0]!.kill()
    expect(await answer).toEqual({
      result: null,
      reason: 'Trying CPU ended the process that tried it (SIGKILL): its driver seems broken.',
    })
  })

  test('two at a time are kept apart, and the end of the engine ends them', async () => {
    const { relay, trials, started, ended } = connected()
    launchTrialsBy(trials.launch)
    const waiting = runInDeviceProcess(endless)
    expect((await runInDeviceProcess(job)).result).toBe(true)
    expect(started.length).toBe(2)
    relay.close()
    await expect.poll(() => ended.length).toBe(2)
    expect(started.every(({ pid }) => pid !== undefined && !existsSync(`/proc/${pid}/cwd`))).toBe(true)
    // Nobody is left to answer: the engine is gone as well, and with it whoever waited.
    await Promise.race([waiting, Promise.resolve()])
  })
})
