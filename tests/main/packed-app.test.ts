/**
 * The app as electron-builder itself packs it, in a stand-in for Electron's runtime: a file with Electron's fuses in it. Everything
 * but that runtime is real, so what the archive holds, what lies outside of it and which fuses are set is seen here.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../main/contract/client.ts'
import { openPageFiles } from '../../main/page/page-files.ts'
import { buildRenderer } from '../../main/scripts/build-renderer.ts'
import { bundleApp } from '../../main/scripts/bundle.ts'
import { root } from '../../main/scripts/root.ts'
import { openClientChannel } from '../../main/supervisor/client-channel.ts'
import { forkEngine } from '../../main/supervisor/fork-engine.ts'
import { createSupervisor, whenRunning } from '../../main/supervisor/supervisor.ts'
import { makeDataDirectory } from '../contract/doors.ts'

/** The parts of Electron's asar library that are used; it comes with electron-builder. */
type Asar = {
  listPackage(archive: string, options: { isPack: boolean }): string[]
  extractFile(archive: string, path: string): Buffer
  statFile(archive: string, path: string): { readonly files?: unknown; readonly integrity?: { readonly hash: string } }
}
const asar = createRequire(import.meta.url)('@electron/asar') as Asar

/** What @electron/fuses looks for in Electron's executable: a mark, the version, how many fuses, and a letter for each. */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron 45 ships: RunAsNode, NodeOptions, NodeCliInspect, GrantFileProtocolExtraPrivileges and WasmTrapHandlers are on. */
const SHIPPED_FUSES = '101100011'

let folder: string
let resources: string
/** Paths in the archive that are files, and whether they lie outside of it. */
let listed: Map<string, 'pack' | 'unpack'>

beforeAll(async () => {
  await buildRenderer()
  await bundleApp()
  folder = await mkdtemp(join(tmpdir(), 'inkling-packed-'))
  const electron = join(folder, 'electron')
  await mkdir(join(electron, 'locales'), { recursive: true })
  await mkdir(join(electron, 'resources'))
  const executable = [
    Buffer.alloc(500),
    FUSE_MARK,
    Buffer.of(1, SHIPPED_FUSES.length),
    SHIPPED_FUSES,
    Buffer.alloc(500),
  ]
  await writeFile(join(electron, 'electron'), Buffer.concat(executable.map((part) => Buffer.from(part))), {
    mode: 0o755,
  })
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    await writeFile(join(electron, name), 'a stand-in')
  }
  const options = [`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'out')}`]
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')
  const config = ['--config', 'electron-builder.yml', '--publish', 'never', '--linux', 'dir', '--x64', ...options]
  const child = spawn(process.execPath, [builder, ...config], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code, told).toBe(0)
  resources = join(folder, 'out', 'linux-unpacked', 'resources')
  const archive = join(resources, 'app.asar')
  const lines = asar.listPackage(archive, { isPack: true }).map((line) => line.split(/ *: \/?/))
  listed = new Map(
    lines.flatMap(([how = '', path = '']) =>
      asar.statFile(archive, path).files === undefined ? [[path, how as 'pack' | 'unpack']] : [],
    ),
  )
}, 300_000)

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const named = (how: 'pack' | 'unpack'): string[] =>
  [...listed].flatMap(([path, where]) => (where === how ? [path] : []))

test('native libraries and threads lie outside of the archive, and nothing else does', () => {
  const outside = named('unpack')
  expect(outside).toEqual(
    expect.arrayContaining([
      'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
      'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
    ]),
  )
  for (const path of outside)
    expect(path).toMatch(/^(dist\/app\/[\w-]+-worker\.cjs$|node_modules\/onnxruntime-(node|common)\/)/)
  for (const path of named('pack')) expect(path).not.toMatch(/(\.node|\.so[.\d]*|\.dylib|\.dll|-worker\.cjs)$/)
})

test('every file of the archive has a sum by which Electron finds changes, where the platform looks', () => {
  const inside = named('pack')
  expect(inside).toContain('package.json')
  for (const path of inside) {
    expect(asar.statFile(join(resources, 'app.asar'), path).integrity?.hash, path).toMatch(/^[0-9a-f]{64}$/)
  }
})

test('the terms of everything that is bundled are in it', () => {
  const terms = named('pack').filter((path) => path === 'LICENSE' || path.endsWith('licenses.md'))
  expect(terms).toContain('LICENSE')
  const text = terms.map((path) => asar.extractFile(join(resources, 'app.asar'), path).toString()).join('\n')
  for (const name of ['react', 'recharts', 'zod', 'protobufjs', 'hyparquet', '@fontsource-variable/source-sans-3']) {
    expect(text).toContain(`## ${name} - `)
  }
})

test('package.json names the entry that is there, and asks for ONNX Runtime alone', () => {
  const text = asar.extractFile(join(resources, 'app.asar'), 'package.json').toString()
  const { main, dependencies, scripts, desktopName } = JSON.parse(text) as Record<string, unknown>
  expect(named('pack')).toContain(main)
  expect(Object.keys(dependencies as object)).toEqual(['onnxruntime-node'])
  expect(scripts).toBeUndefined()
  // Electron tells the desktop this name, by which it finds the entry of the menu and its icon.
  expect(desktopName).toBe('inkling.desktop')
})

test('the fuses are turned in the executable', async () => {
  const bytes = await readFile(join(folder, 'out', 'linux-unpacked', 'inkling'))
  const at = bytes.indexOf(FUSE_MARK) + FUSE_MARK.length
  // In the order of @electron/fuses: off RunAsNode, CookieEncryption, NodeOptions, NodeCliInspect; on the archive's integrity and
  // OnlyLoadAppFromAsar; off the snapshot of its own and the privileges of file:; on, as shipped, WasmTrapHandlers.
  expect(bytes.subarray(at + 2, at + 2 + SHIPPED_FUSES.length).toString()).toBe('000011001')
})

describe('run as it is packed', () => {
  /** Files of the archive in a folder of its name, without those that lie outside: what threads and the system's loader see. */
  let app: string
  beforeAll(async () => {
    const place = join(folder, 'run')
    app = join(place, 'app.asar')
    for (const path of named('pack')) {
      await mkdir(dirname(join(app, path)), { recursive: true })
      await writeFile(join(app, path), asar.extractFile(join(resources, 'app.asar'), path))
    }
    await cp(join(resources, 'app.asar.unpacked'), join(place, 'app.asar.unpacked'), { recursive: true })
  })

  test('the page is whole: each file that it names is there', async () => {
    const files = await openPageFiles(join(app, 'dist', 'renderer'))
    const seen = new Set<string>()
    const waiting = ['/index.html']
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      const { status, body } = await files.answer(path)
      expect(status, path).toBe(200)
      if (!/\.(html|js|css)$/.test(path)) continue
      const text = Buffer.from(body).toString()
      const base = `inkling://app${path}`
      for (const [, name = ''] of text.matchAll(
        /["'(]((?:\.\/|\/|assets\/)[\w./-]+\.(?:js|css|woff2|svg|png))["')]/g,
      )) {
        waiting.push(new URL(name.startsWith('assets/') ? `/${name}` : name, base).pathname)
      }
    }
    expect([...seen].filter((path) => path.endsWith('.js')).length).toBeGreaterThan(5)
    expect([...seen].some((path) => path.endsWith('.woff2'))).toBe(true)
  })

  test('the engine predicts, and its threads start outside of the archive', async () => {
    const dataDirectory = await makeDataDirectory()
    const environment = {
      ...process.env,
      INKLING_DATA_DIR: dataDirectory,
      INKLING_DATASETS: '',
      // Electron leads what is asked of the archive to the folder beside it; Node is told where that is.
      NODE_PATH: join(app, '..', 'app.asar.unpacked', 'node_modules'),
    }
    const options = { starterFolder: join(app, 'native', 'starter'), version: '1.2.3' }
    const entry = join(app, 'dist', 'app', 'engine.cjs')
    const supervisor = createSupervisor({ start: () => forkEngine({ entry, options, environment }) })
    await whenRunning(supervisor)
    const client = createClient(openClientChannel(supervisor))
    const strokes: [number, number][][] = [Array.from({ length: 15 }, (_, i) => [100, 20 + 10 * i])]
    const { predictions } = await client.call('digit.predict', {
      strokes,
      width: 200,
      height: 200,
      models: ['starter'],
    })
    expect(predictions[0]!.digit).toBe(1)
    await client.call('tensor.reset', { session: 'one', dataset: null })
    const evaluation = await client.call('tensor.evaluate', {
      session: 'one',
      dataset: null,
      source: 'tensor([1, 2]) + 1',
    })
    expect(JSON.stringify(evaluation)).toContain('tensor([2, 3])')
    const ended = new Promise<unknown>((resolve) => client.on('import.ended', (event) => resolve(event.import)))
    const source = { path: join(root, 'tests', 'fixtures', 'import', 'snappy.parquet') }
    await client.call('import.start', { source, name: 'six', resize: 'ink', invert: false, labels: null, holdOut: 0 })
    expect(await ended).toMatchObject({ state: 'done', result: { report: { images: { train: 6 } } } })
    await supervisor.close()
    await rm(dataDirectory, { recursive: true })
  })
})
