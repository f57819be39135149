/** What a kill in the middle and a full disk leave behind. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadSet, keptBytes } from '../../../data/download/download.ts'
import { Mirror, noise, offerOf, type Fault } from './mirror.ts'
import { failure } from './place.ts'
import { downloadElsewhere } from './run-download.ts'

const LABELS = 'train-labels-idx1-ubyte.gz'
const IMAGES = 'train-images-idx3-ubyte.gz'
const files = new Map([
  [LABELS, noise(3_000, 1)],
  [IMAGES, noise(700_000, 2)],
])
const TOTAL = 703_000

let root: string
let mirror: Mirror
/** Bytes of a file after which the mirror waits, however long the other side takes. */
let held: number

beforeEach(async () => {
  held = Infinity
  root = await mkdtemp(join(tmpdir(), 'inkling-kill-'))
  mirror = await Mirror.open(files)
})
afterEach(async () => {
  await mirror.close()
  await rm(root, { recursive: true, force: true })
})

/** Gives 20,000 bytes every 20 ms, up to where it is held. */
const slowly: Fault = ({ from, content }, response) => {
  const rest = content.subarray(from ?? 0)
  const range = `bytes ${from ?? 0}-${content.length - 1}/${content.length}`
  response.writeHead(from === null ? 200 : 206, { 'Content-Length': rest.length, 'Content-Range': range })
  let sent = 0
  const timer = setInterval(() => {
    if ((from ?? 0) + sent >= held) return
    const chunk = rest.subarray(sent, sent + 20_000)
    mirror.sent += chunk.length
    response.write(chunk)
    sent += chunk.length
    if (sent >= rest.length) {
      clearInterval(timer)
      response.end()
    }
  }, 20)
  response.on('close', () => clearInterval(timer))
}

async function expectWhole(folder: string): Promise<void> {
  expect((await readdir(folder)).toSorted()).toEqual([IMAGES, LABELS])
  for (const [name, bytes] of files) expect(Buffer.compare(await readFile(join(folder, name)), bytes)).toBe(0)
}

test('a download that is killed again and again goes on each time, and is no data set before its end', async () => {
  mirror.fault = slowly
  const offer = offerOf(files, [mirror.folder])
  let kept = 0
  for (const bytes of [100_000, 250_000, 400_000, 600_000]) {
    held = bytes + 40_000
    const run = downloadElsewhere(offer, root)
    await run.reached(bytes)
    run.process.kill('SIGKILL')
    await run.ended
    expect(await readdir(root)).toEqual(['downloads'])
    const now = await keptBytes(offer, root)
    expect(now).toBeGreaterThanOrEqual(bytes)
    expect(now).toBeGreaterThan(kept)
    kept = now
  }
  held = Infinity
  const { outcome } = await downloadElsewhere(offer, root).ended
  expect(outcome).toMatchObject({ outcome: 'stored', resumedBytes: kept, receivedBytes: TOTAL - kept })
  await expectWhole(join(root, 'made-up'))
  expect(mirror.asked.filter((asked) => asked === IMAGES || asked === LABELS)).toEqual([LABELS, IMAGES])
})

test('while another process downloads, one is told so; when that one is killed, the way is free', async () => {
  mirror.fault = slowly
  held = 100_000
  const offer = offerOf(files, [mirror.folder])
  const run = downloadElsewhere(offer, root)
  await run.reached(50_000)
  await expect(downloadSet(offer, { dataDirectory: root, env: {} })).rejects.toMatchObject({ code: 'download/busy' })
  run.process.kill('SIGKILL')
  await run.ended
  mirror.fault = (_request, _response, next) => next()
  expect(await downloadSet(offer, { dataDirectory: root, env: {} })).toMatchObject({ outcome: 'stored' })
})

/** Mounts a disk of this size; only the superuser may. */
function mount(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
}

async function canMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-mount-'))
  const mounted = process.platform === 'linux' && mount(folder, '64k')
  if (mounted) spawnSync('umount', [folder])
  await rm(folder, { recursive: true, force: true })
  return mounted
}

describe.skipIf(!(await canMount()))('on a full disk (needs the right to mount one)', () => {
  let disk: string
  beforeEach(async () => {
    disk = join(root, 'disk')
    await mkdir(disk)
  })
  afterEach(() => {
    spawnSync('umount', [disk])
  })

  test('that is too small from the start nothing is fetched, and the missing room is told', async () => {
    expect(mount(disk, '512k')).toBe(true)
    const error = await failure(downloadSet(offerOf(files, [mirror.folder]), { dataDirectory: disk, env: {} }))
    expect(error.code).toBe('download/disk-full')
    expect(error.message).toMatch(/0\.7 MB more are needed and 0\.5 MB are free/)
    expect(mirror.asked).toEqual([])
  })

  test('that fills up in the middle what came is kept, what was there stays, and it goes on when there is room', async () => {
    expect(mount(disk, '1m')).toBe(true)
    await mkdir(join(disk, 'made-up'))
    await writeFile(join(disk, 'made-up', LABELS), 'mine')
    const filler = join(disk, 'filler')
    await mkdir(filler)
    mirror.fault = slowly
    const offer = offerOf(files, [mirror.folder])
    const filled: Promise<void>[] = []
    const error = await failure(
      downloadSet(offer, {
        dataDirectory: disk,
        env: {},
        onProgress: ({ haveBytes }) => {
          if (haveBytes > 200_000 && filled.length === 0) filled.push(fill(filler))
        },
      }),
    )
    await Promise.all(filled)
    expect(error.code).toBe('download/disk-full')
    expect(error.message).toContain('0 bytes are free')
    expect(error.message).toContain('What has come so far is kept')
    expect(await readFile(join(disk, 'made-up', LABELS), 'utf8')).toBe('mine')
    const kept = await keptBytes(offer, disk)
    expect(kept).toBeGreaterThan(200_000)
    expect(error.details['neededBytes']).toBeLessThanOrEqual(TOTAL - 200_000)

    await rm(filler, { recursive: true })
    mirror.fault = (_request, _response, next) => next()
    expect(await downloadSet(offer, { dataDirectory: disk, env: {} })).toMatchObject({
      outcome: 'stored',
      resumedBytes: kept,
      receivedBytes: TOTAL - kept,
      movedAside: join(disk, 'made-up-before-download'),
    })
    await expectWhole(join(disk, 'made-up'))
  })

  /** Writes files into a folder until nothing more fits. */
  async function fill(folder: string): Promise<void> {
    for (const size of [100_000, 4096]) {
      for (let index = 0, full = false; !full; index += 1) {
        try {
          await writeFile(join(folder, `${size}-${index}`), new Uint8Array(size))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' })
          full = true
        }
      }
    }
  }
})
