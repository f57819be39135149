/** The supervisor's decisions, with processes that live and die as the test says. */
import { expect, test } from 'vitest'
import type { ErrorPayload } from '../../../data/error.ts'
import { createSupervisor, whenRunning, type EngineProcess } from '../../../main/supervisor/supervisor.ts'

class ScriptedProcess implements EngineProcess {
  ready: () => void = () => undefined
  fail: (error: ErrorPayload) => void = () => undefined
  die: (how: string) => void = () => undefined
  readonly asked: string[] = []
  onReady(listener: () => void): void {
    this.ready = listener
  }
  onFailed(listener: (error: ErrorPayload) => void): void {
    this.fail = listener
  }
  onExit(listener: (how: string) => void): void {
    this.die = listener
  }
  shutdown(): void {
    this.asked.push('shutdown')
  }
  kill(): void {
    this.asked.push('kill')
    this.die('signal SIGKILL')
  }
}

function supervise(options: { delays?: readonly number[]; stableAfter?: number; graceMilliseconds?: number } = {}) {
  const processes: ScriptedProcess[] = []
  const supervisor = createSupervisor({
    start() {
      const started = new ScriptedProcess()
      processes.push(started)
      return started
    },
    delays: [0, 0, 0],
    ...options,
  })
  const states: string[] = []
  supervisor.onChange(({ state }) => states.push(state))
  const started = async (count: number): Promise<ScriptedProcess> => {
    while (processes.length < count) await new Promise((resolve) => setTimeout(resolve, 1))
    return processes[count - 1]!
  }
  return { supervisor, processes, states, started }
}

test('an engine that dies is started again, and that is told', async () => {
  const { supervisor, states, started } = supervise()
  expect(supervisor.status.state).toBe('starting')
  ;(await started(1)).ready()
  await whenRunning(supervisor)
  ;(await started(1)).die('exit code 1')
  expect([supervisor.status.state, supervisor.engine]).toEqual(['restarting', null])
  ;(await started(2)).ready()
  expect(states).toEqual(['running', 'restarting', 'running'])
  expect(supervisor.engine).toBe(await started(2))
})

test('one that dies at once again and again is given up, with the last reason', async () => {
  const { supervisor, processes, started } = supervise()
  for (const count of [1, 2, 3, 4]) (await started(count)).die(`exit code ${count}`)
  expect(supervisor.status).toMatchObject({
    state: 'failed',
    problem: { code: 'engine/crashed', details: { deaths: 4, how: 'exit code 4' } },
  })
  await expect(whenRunning(supervisor)).rejects.toMatchObject({ code: 'engine/crashed' })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(processes).toHaveLength(4)
})

test('deaths far apart are not counted together', async () => {
  const { supervisor, started } = supervise({ stableAfter: 0 })
  for (let count = 1; count <= 10; count += 1) {
    const own = await started(count)
    own.ready()
    own.die('exit code 1')
  }
  ;(await started(11)).ready()
  expect(supervisor.status.state).toBe('running')
})

test('one that says why it cannot work is not tried again', async () => {
  const { supervisor, processes, started } = supervise()
  const own = await started(1)
  const problem = { code: 'library/not-writable', message: 'no', details: {} } as const
  own.fail(problem)
  own.die('exit code 1')
  expect(supervisor.status).toEqual({ state: 'failed', problem })
  await expect(whenRunning(supervisor)).rejects.toMatchObject({ code: 'library/not-writable' })
  expect(processes).toHaveLength(1)
})

test('closing asks the engine to end, and kills one that does not', async () => {
  const polite = supervise()
  const first = await polite.started(1)
  const closed = polite.supervisor.close()
  expect(first.asked).toEqual(['shutdown'])
  first.die('exit code 0')
  await closed

  const deaf = supervise({ graceMilliseconds: 5 })
  await deaf.supervisor.close()
  expect((await deaf.started(1)).asked).toEqual(['shutdown', 'kill'])
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(deaf.processes).toHaveLength(1)
})

test('closing between a death and the next start leaves nothing running', async () => {
  const { supervisor, processes, started } = supervise({ delays: [20] })
  ;(await started(1)).die('exit code 1')
  await supervisor.close()
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(processes).toHaveLength(1)
})
