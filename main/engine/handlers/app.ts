/** Commands about the program itself. */
import { availableParallelism } from 'node:os'
import { runtimeVersion } from '../../../native/runtime/session.ts'
import type { Part } from './part.ts'

export function appHandlers(options: { readonly version: string; readonly dataDirectory: string }): Part<'app'> {
  return {
    'app.read': () => ({
      version: options.version,
      dataDirectory: options.dataDirectory,
      enginePid: process.pid,
      versions: { node: process.versions.node, onnxruntime: runtimeVersion() },
      cores: availableParallelism(),
    }),
  }
}
