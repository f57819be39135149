/** The waiting for a download: patient with one that goes on, not with one that stands still. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endOrStandstill, noWindow } from '../../../main/scripts/electron-runtime.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-runtime-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Adds a byte to a file every so many milliseconds, so many times, and then ends or stays. */
function download(file: string, every: number, times: number, then: 'end' | 'stay'): ChildProcess {
  const code = `
    let left = ${times}
    const timer = setInterval(() => {
      if (left > 0) require('fs').appendFileSync(${JSON.stringify(join(folder, file))}, 'x')
      else if (${then === 'end'}) clearInterval(timer)
      left -= 1
    }, ${every})`
  return spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
}

test('a slow download may take longer than the patience, as long as something comes', async () => {
  const child = download('slow', 100, 30, 'end')
  await endOrStandstill(child, [folder, join(folder, 'not there')], 2000)
  expect([child.exitCode, child.signalCode]).toEqual([0, null])
  expect(await readFile(join(folder, 'slow'), 'utf8')).toHaveLength(30)
})

test('one that stands still is ended', async () => {
  const child = download('still', 10, 3, 'stay')
  await endOrStandstill(child, [folder], 1000)
  expect(child.signalCode).toBe('SIGKILL')
})

test('a program that cannot be started ends at once', async () => {
  const child = spawn(join(folder, 'no such program'), { stdio: 'ignore' })
  await endOrStandstill(child, [folder], 60_000)
  expect(child.exitCode).not.toBe(0)
})

test.skipIf(process.platform !== 'linux')('without a display there is no window, and the reason is told', () => {
  expect(noWindow({})).toBe('There is no display here')
  expect(noWindow({ DISPLAY: ':0' })).toBe(process.getuid?.() === 0 ? 'Electron keeps its sandbox from root' : null)
})
