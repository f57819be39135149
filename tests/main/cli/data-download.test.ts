/** `data download`, as a process of its own, against a mirror on 127.0.0.1 that serves MNIST where this machine has it. */
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Mirror, type Fault } from '../../data/download/mirror.ts'
import { describeWithMnist } from '../../mnist.ts'
import { linesOf, outcomeOf, Workplace } from './run-cli.ts'

const IMAGES = 'train-images-idx3-ubyte.gz'
const TOTAL = 11_594_722

let place: Workplace
let mirror: Mirror

async function open(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  place = await Workplace.create()
  mirror = await Mirror.open(files)
}

afterEach(async () => {
  await mirror.close()
  await place.remove()
})

const env = (): Record<string, string> => ({ INKLING_MIRRORS: mirror.origin, NO_PROXY: '127.0.0.1' })

describe('without a mirror that has the files', () => {
  beforeEach(async () => {
    await open(new Map())
  })

  test('ends with 1, and tells every mirror and its reason', async () => {
    const two = { ...env(), INKLING_MIRRORS: `${mirror.origin}/a ${mirror.origin}/b/` }
    const { code, stdout, stderr } = await place.run(['data', 'download', 'mnist'], two)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const host = new URL(mirror.origin).host
    expect(stderr).toMatch(/^download\/failed: MNIST could not be downloaded\. No mirror gave /)
    expect(stderr).toContain(`${host} answered 404 Not Found; ${host} answered 404 Not Found`)
    expect(await readdir(place.path('data'))).toEqual(['downloads'])
  })

  test('ends with 1 where INKLING_MIRRORS is no address', async () => {
    const { code, stderr } = await place.run(['data', 'download', 'mnist'], { INKLING_MIRRORS: 'ftp://example.org' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^download\/bad-address: INKLING_MIRRORS names "ftp:\/\/example\.org"/)
  })

  test('ends with 2 where the set is missing or cannot be downloaded', async () => {
    for (const args of [[], ['synthetic'], ['mnist', 'fashion_mnist'], ['--dataset', 'mnist']]) {
      const { code, stdout, stderr } = await place.run(['data', 'download', ...args])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^usage\//)
    }
  })

  test('the help tells size and license of each set', async () => {
    const { stdout } = await place.run(['data', 'download', '--help'])
    expect(stdout).toContain('Usage: inkling data download mnist|fashion_mnist [options]')
    expect(stdout).toMatch(/MNIST: 11\.6 MB, CC BY-SA 3\.0, by Yann LeCun/)
    expect(stdout).toMatch(/Fashion-MNIST: 30\.9 MB, MIT, by Zalando SE/)
  })
})

describeWithMnist('with MNIST on a mirror', (folder) => {
  beforeEach(async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.gz'))
    await open(
      new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const))),
    )
  })

  /** 100,000 bytes every 10 ms. */
  const slowly: Fault = ({ path, from, content }, response, next) => {
    if (!path.endsWith(IMAGES) || from !== null) {
      next()
      return
    }
    response.writeHead(200, { 'Content-Length': content.length })
    let sent = 0
    const timer = setInterval(() => {
      response.write(content.subarray(sent, sent + 100_000))
      sent += 100_000
    }, 10)
    response.on('close', () => clearInterval(timer))
  }

  test('the set is there afterwards, and a second time nothing is fetched', async () => {
    const { code, stdout, stderr } = await place.run(['data', 'download', 'mnist'], env())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`MNIST is in ${join(place.path('data'), 'mnist')}. 11.6 MB were downloaded.`)
    expect(stdout).toContain('License: CC BY-SA 3.0')
    expect(mirror.asked).toHaveLength(4)
    const [list] = linesOf((await place.run(['data', 'list', '--json'])).stdout)
    expect(list).toMatchObject({
      datasets: expect.arrayContaining([
        expect.objectContaining({
          name: 'mnist',
          state: 'ready',
          splits: {
            train: expect.objectContaining({ count: 60_000 }),
            test: expect.objectContaining({ count: 10_000 }),
          },
        }),
      ]) as unknown,
    })
    const again = await place.run(['data', 'download', 'mnist', '--json'], env())
    expect(linesOf(again.stdout).at(-1)).toMatchObject({ event: 'present', received_bytes: 0, have_bytes: TOTAL })
    expect(mirror.asked).toHaveLength(4)
  })

  test('files in INKLING_DATASETS are taken from there', async () => {
    const { stdout } = await place.run(['data', 'download', 'mnist', '--json'], {
      ...env(),
      INKLING_DATASETS: join(folder, '..'),
    })
    expect(linesOf(stdout).at(-1)).toMatchObject({ event: 'stored', received_bytes: 0, resumed_bytes: TOTAL })
    expect(mirror.asked).toEqual([])
  })

  test('Ctrl-C keeps what came, says so and ends with 130; the same command goes on', async () => {
    mirror.fault = slowly
    const child = place.start(['data', 'download', 'mnist', '--json'], env())
    const outcome = outcomeOf(child)
    for (let have = 0; have < 3_000_000;) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
      have = Number(linesOf(chunk.toString()).at(-1)!['have_bytes'])
    }
    child.kill('SIGINT')
    const { code, stdout } = await outcome
    expect(code).toBe(130)
    const last = linesOf(stdout).at(-1)!
    expect(last).toMatchObject({ event: 'cancelled', dataset: 'mnist', total_bytes: TOTAL })
    expect(last['have_bytes']).toBeGreaterThanOrEqual(3_000_000)
    expect(await readdir(place.path('data'))).toEqual(['downloads'])

    const again = await place.run(['data', 'download', 'mnist', '--json'], env())
    expect(again.code).toBe(0)
    expect(linesOf(again.stdout).at(-1)).toMatchObject({
      event: 'stored',
      resumed_bytes: last['have_bytes'],
      received_bytes: TOTAL - Number(last['have_bytes']),
    })
  })

  test('Ctrl-C on a terminal tells how to go on', async () => {
    mirror.fault = slowly
    const child = place.start(['data', 'download', 'mnist'], env())
    const outcome = outcomeOf(child)
    while (!mirror.asked.includes(IMAGES)) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
    child.kill('SIGINT')
    const { code, stdout, stderr } = await outcome
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toMatch(
      /^Cancelled\. \d+\.\d MB of MNIST's 11\.6 MB are kept; the same command goes on from there\.\n$/,
    )
  })
})
