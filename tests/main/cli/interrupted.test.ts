/** Ctrl-C, and other ends, in the middle of what takes a while: nothing half-written stays, and the exit code says why. */
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { linesOf, outcomeOf, Workplace, type Outcome } from './run-cli.ts'

let place: Workplace

beforeAll(async () => {
  place = await Workplace.create()
  // Large enough to be caught in the middle: an export of it takes seconds.
  const count = 15_000
  await mkdir(place.path('large'))
  const images = new Uint8Array(count * 784).map((_, at) => (at * 7919) % 251)
  await writeFile(place.path('large/train-images-idx3-ubyte'), writeIdxImages({ images, count, height: 28, width: 28 }))
  await writeFile(place.path('large/train-labels-idx1-ubyte'), writeIdxLabels(new Uint8Array(count).fill(3)))
})

afterAll(async () => {
  await place.remove()
})

/** Starts, waits until `begun` holds, and sends the signal. */
async function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals,
  begun: () => Promise<boolean>,
): Promise<Outcome> {
  const child = place.start(args)
  const ended = outcomeOf(child)
  while (child.exitCode === null && !(await begun())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
  child.kill(signal)
  return await ended
}

/**
 * Starts it, sends the signal after a while, and gives what became of it. Where it had not begun by then, as on a busy machine, it is
 * started anew and given longer.
 */
async function interruptedLater(
  start: () => ReturnType<Workplace['start']>,
  send: (pid: number) => void,
  after: number,
) {
  for (let wait = after; ; wait *= 2) {
    const child = start()
    const ended = outcomeOf(child)
    await new Promise((resolve) => {
      setTimeout(resolve, wait)
    })
    if (child.exitCode === null) send(child.pid ?? 0)
    const outcome = await ended
    if (outcome.code !== null && outcome.stderr !== 'Interrupted.\n') return outcome
  }
}

const names = async (): Promise<string[]> => (await readdir(place.root)).sort()

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s', (signal, code) => {
  test('in an export leaves no folder, not even a half-written one', async () => {
    const before = await names()
    const args = ['data', 'export', './large', '--format', 'folder', '--out', 'tree']
    const outcome = await interrupted(args, signal, async () => (await names()).some((name) => name.endsWith('.tmp')))
    expect(outcome).toEqual({ code, stdout: '', stderr: 'Interrupted. Nothing was written.\n' })
    expect(await names()).toEqual(before)
  })

  test('in the writing of digits takes the folder away that was made for them', async () => {
    const before = await names()
    const args = ['data', 'generate', '--count', '600000', '--out', 'made/for/this']
    const outcome = await interrupted(args, signal, async () => (await names()).includes('made'))
    expect(outcome).toEqual({ code, stdout: '', stderr: 'Interrupted. Nothing was written.\n' })
    expect(await names()).toEqual(before)
  })
})

test('Ctrl-C in an import leaves nothing in the data directory', async () => {
  await place.run(['data', 'export', './large', '--format', 'folder', '--out', 'pictures'])
  const outcome = await interruptedLater(
    () => place.start(['data', 'import', 'pictures', '--name', 'mine']),
    (pid) => process.kill(pid, 'SIGINT'),
    1000,
  )
  // A fast machine may have been through with it.
  if (outcome.code !== 0) {
    expect(outcome).toEqual({ code: 130, stdout: '', stderr: 'Interrupted. Nothing was imported.\n' })
    expect((await place.run(['data', 'list', '--json'])).stdout).not.toContain('"mine"')
  }
})

test.skipIf(process.platform === 'win32')(
  'Ctrl-C in bench tells what was measured so far, and blames no driver for it',
  async () => {
    const args = ['bench', '--models', 'linear,mlp30', '--seconds', '20', '--json']
    // As a terminal does: the process that measures hears it as well.
    const { code, stdout, stderr } = await interruptedLater(
      () => place.start(args, {}, true),
      (pid) => process.kill(-pid, 'SIGINT'),
      3000,
    )
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'Interrupted after 0 of 2 measurements.\n' })
    expect(linesOf(stdout)).toEqual([{ results: [] }])
  },
)

test('a reader that goes away ends the program with 141, and an unfinished run saves nothing', async () => {
  const child = place.start(['train', '--data', place.digits, '--epochs', '10000', '--save', 'unread.onnx', '--json'])
  const ended = once(child, 'exit')
  const [first] = (await once(child.stdout, 'data')) as [Buffer]
  expect(linesOf(first.toString())[0]).toMatchObject({ event: 'epoch', epoch: 1 })
  child.stdout.destroy()
  expect(await ended).toEqual([141, null])
  expect(await names()).not.toContain('unread.onnx')
})
