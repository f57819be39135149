/**
 * What electron-builder would put into each app: the file patterns of electron-builder.yml, applied by electron-builder's own
 * matcher to the real node_modules, and the bundles that go in.
 */
import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../main/contract/client.ts'
import { appFolder, bundleApp } from '../../main/scripts/bundle.ts'
import { buildRenderer } from '../../main/scripts/build-renderer.ts'
import { root } from '../../main/scripts/root.ts'
import { openClientChannel } from '../../main/supervisor/client-channel.ts'
import { forkEngine } from '../../main/supervisor/fork-engine.ts'
import { createSupervisor, whenRunning } from '../../main/supervisor/supervisor.ts'
import { makeDataDirectory } from '../contract/doors.ts'

type Filter = (path: string, stat: ReturnType<typeof statSync>) => boolean
type Matcher = { createFilter(): Filter; patterns: readonly string[] }
type PlatformFiles = { readonly files: readonly string[] }
type Configuration = {
  readonly files: readonly string[]
  readonly asarUnpack: readonly string[]
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly toolsets: Readonly<Record<string, string>>
  readonly linux: PlatformFiles
  readonly mac: PlatformFiles
  readonly win: PlatformFiles
}

const require = createRequire(import.meta.url)
const builder = require('app-builder-lib/out/fileMatcher.js') as {
  getMainFileMatchers(...args: unknown[]): Matcher[]
  getNodeModuleFileMatcher(...args: unknown[]): Matcher
}
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  /** Reads the file and brings it into the form that the matchers expect. */
  getConfig(projectDirectory: string, file: string, options: unknown): Promise<Configuration>
  validateConfiguration(configuration: unknown, log: unknown): Promise<void>
}

let configuration: Configuration
const log = { isEnabled: false, add: () => undefined }

/** Paths, relative to the project, of what is packed, with their sizes in bytes. */
async function packed(platform: 'linux' | 'mac' | 'win', arch: string): Promise<Map<string, number>> {
  const expand = (pattern: string): string => pattern.replaceAll('${arch}', arch)
  const packager = {
    config: configuration,
    projectDir: root,
    buildResourcesDir: 'main/electron/resources',
    isPrepackedAppAsar: false,
    debugLogger: log,
  }
  const options = configuration[platform]
  const out = join(root, 'dist', 'packages')
  const matchers = builder.getMainFileMatchers(root, '/app', expand, options, { info: packager }, out, false)
  const modules = builder.getNodeModuleFileMatcher(root, '/app', expand, options, packager)
  const found = new Map<string, number>()
  for (const folder of ['main', 'renderer', 'native', 'data', 'tests', 'docs', 'dist', 'package.json', 'LICENSE']) {
    for (const matcher of matchers) await collect(folder, matcher.createFilter(), found)
  }
  for (const folder of productionModules()) await collect(folder, modules.createFilter(), found)
  return found
}

/** What npm installs for people who only run the program; electron-builder packs from these alone. */
function productionModules(): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>
  }
  return Object.entries(lock.packages)
    .filter(([path, { dev = false, devOptional = false }]) => path !== '' && !dev && !devOptional)
    .map(([path]) => path)
}

async function collect(name: string, filter: Filter, found: Map<string, number>): Promise<void> {
  const stat = statSync(join(root, name), { throwIfNoEntry: false })
  if (stat === undefined) return
  if (stat.isDirectory()) {
    for (const entry of await entriesOf(join(root, name))) {
      if (entry !== 'node_modules') await collect(`${name}/${entry}`, filter, found)
    }
  } else if (filter(join(root, name), stat)) {
    found.set(name, stat.size)
  }
}

/** None of a folder that has just gone: other tests build aside, in dist. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const megabytes = (files: Map<string, number>): number => [...files.values()].reduce((sum, size) => sum + size, 0) / 1e6

beforeAll(async () => {
  await buildRenderer()
  await bundleApp()
  configuration = await getConfig(root, 'electron-builder.yml', null)
})

const ORT = 'node_modules/onnxruntime-node'
/** The upper bounds leave a tenth of room above what onnxruntime-node 1.30 takes. */
const builds = [
  { platform: 'linux', arch: 'x64', folder: 'linux/x64', library: 'libonnxruntime.so.1', atMost: 55 },
  { platform: 'linux', arch: 'arm64', folder: 'linux/arm64', library: 'libonnxruntime.so.1', atMost: 35 },
  { platform: 'mac', arch: 'arm64', folder: 'darwin/arm64', library: 'libonnxruntime.1.dylib', atMost: 55 },
  { platform: 'win', arch: 'x64', folder: 'win32/x64', library: 'onnxruntime.dll', atMost: 78 },
  { platform: 'win', arch: 'arm64', folder: 'win32/arm64', library: 'onnxruntime.dll', atMost: 85 },
] as const

describe.each(builds)('the app for $platform $arch', ({ platform, arch, folder, library, atMost }) => {
  let files: Map<string, number>
  beforeAll(async () => {
    files = await packed(platform, arch)
  })

  test('holds the bundles, the page, the starter model and ONNX Runtime', () => {
    const names = [...files.keys()]
    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'LICENSE',
        'dist/app/engine.licenses.md',
        'dist/renderer/licenses.md',
        'dist/app/main.cjs',
        'dist/app/preload.cjs',
        'dist/app/engine.cjs',
        'dist/app/generate-worker.cjs',
        'dist/app/import-worker.cjs',
        'dist/app/tensor-worker.cjs',
        'dist/renderer/index.html',
        'native/starter/starter.onnx',
        `${ORT}/package.json`,
        `${ORT}/dist/index.js`,
        `${ORT}/bin/napi-v6/${folder}/onnxruntime_binding.node`,
        `${ORT}/bin/napi-v6/${folder}/${library}`,
        'node_modules/onnxruntime-common/package.json',
        'node_modules/onnxruntime-common/dist/cjs/index.js',
      ]),
    )
  })

  test("holds no other platform's libraries, no sources, no tests and nothing of other packages", () => {
    for (const name of files.keys()) {
      if (name.startsWith(`${ORT}/bin`)) expect(name).toContain(`/${folder}/`)
      expect(name).toMatch(
        /^(package\.json$|LICENSE$|dist\/(app|renderer)\/|native\/starter\/|node_modules\/onnxruntime-(node|common)\/)/,
      )
      expect(name).not.toMatch(/\.(ts|map)$/)
    }
  })

  test(`is at most ${atMost} MB before compression, without Electron`, () => {
    expect(megabytes(files)).toBeGreaterThan(20)
    expect(megabytes(files)).toBeLessThan(atMost)
  })
})

test('electron-builder accepts the configuration', async () => {
  await validateConfiguration(structuredClone(configuration), log)
})

test('an AppImage keeps the sandbox on, and needs no libfuse2', () => {
  // electron-builder 26 starts those of its older tool with --no-sandbox.
  expect(configuration.toolsets.appimage).toBe('1.0.3')
})

test('the native libraries and the worker thread lie outside of the archive, and the fuses close what the program does not use', () => {
  expect(configuration.asarUnpack).toEqual(
    expect.arrayContaining([
      'dist/app/generate-worker.cjs',
      'dist/app/import-worker.cjs',
      'dist/app/tensor-worker.cjs',
      `${ORT}/**`,
      'node_modules/onnxruntime-common/**',
    ]),
  )
  expect(configuration.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

describe('the bundles', () => {
  test('ask for nothing but Node, Electron and ONNX Runtime', () => {
    for (const [name, allowed] of [
      ['main.cjs', /^(electron|node:[\w/]+)$/],
      // A sandboxed preload script has Electron alone.
      ['preload.cjs', /^electron$/],
      ['generate-worker.cjs', /^node:[\w/]+$/],
      ['tensor-worker.cjs', /^node:[\w/]+$/],
      // Some of its libraries name Node's modules without the prefix.
      ['import-worker.cjs', new RegExp(`^(node:[\\w/]+|${builtinModules.join('|')})$`)],
      ['device-process.cjs', new RegExp(`^(onnxruntime-node|node:[\\w/]+|${builtinModules.join('|')})$`)],
      ['engine.cjs', new RegExp(`^(onnxruntime-node|node:[\\w/]+|${builtinModules.join('|')})$`)],
    ] as const) {
      const code = readFileSync(join(appFolder, name), 'utf8')
      // Lines of comments aside.
      const asked = [...code.matchAll(/^(?!\s*\*).*\brequire\(["']([^"']+)["']\)/gm)].map(([, module]) => module!)
      expect(asked.length).toBeGreaterThan(0)
      for (const module of asked) expect(module, name).toMatch(allowed)
      expect(code, name).not.toMatch(/^(import|export) /m)
    }
  })

  test("the engine's bundle predicts and imports as a process of its own", async () => {
    const dataDirectory = await makeDataDirectory()
    const environment = { ...process.env, INKLING_DATA_DIR: dataDirectory, INKLING_DATASETS: '' }
    const options = { starterFolder: join(root, 'native', 'starter'), version: '1.2.3' }
    const entry = join(appFolder, 'engine.cjs')
    const supervisor = createSupervisor({ start: () => forkEngine({ entry, options, environment }) })
    await whenRunning(supervisor)
    const client = createClient(openClientChannel(supervisor))
    expect((await client.call('app.read', {})).version).toBe('1.2.3')
    const strokes: [number, number][][] = [Array.from({ length: 15 }, (_, i) => [100, 20 + 10 * i])]
    const { predictions } = await client.call('digit.predict', {
      strokes,
      width: 200,
      height: 200,
      models: ['starter'],
    })
    expect(predictions[0]!.digit).toBe(1)
    const ended = new Promise<unknown>((resolve) => client.on('import.ended', (event) => resolve(event.import)))
    const source = { path: join(root, 'tests', 'fixtures', 'import', 'snappy.parquet') }
    const how = { resize: 'ink', invert: false, labels: null, holdOut: 0 } as const
    await client.call('import.start', { source, name: 'six', ...how })
    expect(await ended).toMatchObject({ state: 'done', problem: null, result: { report: { images: { train: 6 } } } })
    await supervisor.close()
  })
})
