/** Where the entry of a worker thread lies: among the sources, or as a bundle of its own in the packaged app. */
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The path for `new Worker`. `starter` is the `import.meta.url` of who starts the thread, `source` the entry's path from there, and
 * `bundle` its name in the packaged app, where it lies beside the engine's bundle, outside of the archive, which threads see nothing in.
 */
export function threadFile(starter: string, source: string, bundle: string): string {
  const file = fileURLToPath(new URL(starter.endsWith('.ts') ? source : `./${bundle}`, starter))
  return file.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)
}
