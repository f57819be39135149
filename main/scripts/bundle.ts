/**
 * Makes dist/app, what Electron runs: main, preload script and engine, each as one CommonJS file, since the loader of ES
 * modules sees nothing inside an asar archive. onnxruntime-node and electron stay outside.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'
import { asideOf, removeStaleAsides } from './aside.ts'
import { isFresh, writeStamp } from './fresh.ts'
import { root } from './root.ts'

export const appFolder = join(root, 'dist', 'app')
const stamp = join(root, 'dist', 'app.stamp')
const sources = ['main', 'data', 'native', 'package-lock.json']

const entries = {
  main: 'main/electron/main.ts',
  preload: 'main/electron/preload.ts',
  engine: 'main/engine/process.ts',
  // Found beside the engine's bundle by native/runtime/device-trial.ts.
  'device-process': 'native/runtime/device-process.ts',
  // Found there by data/synthetic/generate-in-workers.ts.
  'generate-worker': 'data/synthetic/generate-worker.ts',
  // Found there by main/engine/tensor-bench.ts.
  'tensor-worker': 'native/tensor/worker.ts',
  // Found there by data/import/import-in-worker.ts.
  'import-worker': 'data/import/import-worker.ts',
} as const

const outside = [/^electron$/, /^onnxruntime-node$/, /^node:/, ...builtinModules]

/** Bundles when a source is newer than the bundles. */
export async function bundleApp(): Promise<void> {
  const paths = sources.map((source) => join(root, source))
  if (await isFresh(stamp, paths)) return
  const startedAt = new Date()
  console.log('Bundling the app ...')
  await removeStaleAsides(appFolder)
  const aside = asideOf(appFolder)
  try {
    for (const [name, entry] of Object.entries(entries)) await bundle(name, entry, aside)
    await putInPlace(aside)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  await writeStamp(stamp, startedAt)
}

/** File by file, since a program that runs from the folder may be about to read one. What is not built any more goes. */
async function putInPlace(aside: string): Promise<void> {
  await mkdir(appFolder, { recursive: true })
  const built = await readdir(aside)
  for (const name of built) await rename(join(aside, name), join(appFolder, name))
  for (const name of await readdir(appFolder)) {
    if (!built.includes(name)) await rm(join(appFolder, name), { recursive: true, force: true })
  }
}

async function bundle(name: string, entry: string, folder: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      license: { fileName: `${name}.licenses.md` },
      rolldownOptions: {
        input: { [name]: join(root, entry) },
        external: outside,
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  })
}
