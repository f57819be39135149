/** Entry of the engine process: opens the engine and serves every client that its parent lets in, until the parent is gone. */
import { AppError, toErrorPayload } from '../../data/error.ts'
import { resolveDataDirectory, resolveSearchFolders } from '../../data/data-directory.ts'
import type { EngineOptions } from '../contract/process-messages.ts'
import { launchTrialsBy } from '../../native/runtime/trial-process.ts'
import { serve } from '../contract/server.ts'
import { createEngine, type Engine } from './engine.ts'
import { findParent } from './parent.ts'

/** Milliseconds that saving may take at the end. */
const GRACE = 2500

const parent = findParent()
if (parent.launchTrial !== null) launchTrialsBy(parent.launchTrial)
const opened = open()
let ending = false

// The parent decides about the end: a Ctrl-C in the terminal reaches this process too, before runs were saved.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)
process.on('SIGTERM', () => void end())
// A promise that nobody waited for is a bug of one command; the others and the training run go on.
process.on('unhandledRejection', (reason) => console.error('Inkling engine: a rejection that nobody handled:', reason))

parent.onShutdown(() => void end())
parent.onClient((channel) => {
  opened
    .then((engine) => serve(channel, engine))
    .catch(() => {
      // The parent has been told why there is no engine, and tells the client.
      channel.close()
    })
})

async function open(): Promise<Engine> {
  // Written by fork-engine.ts or main/electron/engine-process.ts.
  const options = JSON.parse(process.argv[2] ?? '{}') as EngineOptions
  return await createEngine({
    dataDirectory: resolveDataDirectory(process.env, process.platform),
    searchFolders: resolveSearchFolders(process.env),
    ...options,
  })
}

async function end(): Promise<void> {
  if (ending) return
  ending = true
  setTimeout(() => process.exit(1), GRACE)
  try {
    await (await opened).close()
    process.exit(0)
  } catch (error) {
    console.error('Inkling engine: it could not end in order:', error)
    process.exit(1)
  }
}

opened
  .then(() => parent.tell({ type: 'ready' }))
  .catch((error: unknown) => {
    if (!(error instanceof AppError)) console.error('Inkling engine: it could not start:', error)
    parent.tell({ type: 'failed', error: toErrorPayload(error) })
    setTimeout(() => process.exit(1), 100)
  })
