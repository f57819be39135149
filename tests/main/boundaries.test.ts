/** The linter's rules about who may import whom, tried on files that keep them and files that break them. */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../main/scripts/root.ts'

const forbidden: readonly [file: string, line: string][] = [
  ['data/a.ts', "import { x } from '../native/learn/losses.ts'"],
  ['data/library/a.ts', "import { x } from '../../main/contract/commands.ts'"],
  ['data/b.ts', "import { x } from 'onnxruntime-node'"],
  ['native/learn/a.ts', "import { x } from '../../main/contract/channel.ts'"],
  ['native/learn/b.ts', "import { x } from 'onnxruntime-node'"],
  ['native/learn/c.ts', "import { openLibrary } from '../../data/library/index.ts'"],
  ['main/contract/a.ts', "import { createEngine } from '../engine/engine.ts'"],
  ['main/contract/b.ts', "import { Trainer } from '../../native/trainer/trainer.ts'"],
  ['main/engine/a.ts', "import { app } from 'electron'"],
  ['main/engine/handlers/a.ts', "import { x } from '../../browser/socket.ts'"],
  ['main/supervisor/a.ts', "import { createEngine } from '../engine/engine.ts'"],
  ['main/page/a.ts', "import { app } from 'electron'"],
  ['main/browser/a.ts', "import { createEngine } from '../engine/engine.ts'"],
  ['main/browser/b.ts', "import { Datasets } from '../../data/datasets.ts'"],
  ['main/electron/a.ts', "import { Trainer } from '../../native/trainer/trainer.ts'"],
  ['main/electron/b.ts', "import { x } from '../browser/socket.ts'"],
  ['main/cli/a.ts', "import { createEngine } from '../engine/engine.ts'"],
  ['renderer/a.ts', "import { createEngine } from '../main/engine/engine.ts'"],
  ['renderer/b.ts', "import { commands } from '../main/contract/commands.ts'"],
  ['renderer/pages/draw/a.tsx', "import { gradients } from '../../../native/graph/index.ts'"],
  ['renderer/pages/draw/b.tsx', "import { Datasets } from '../../../data/datasets.ts'"],
  ['renderer/pages/draw/c.tsx', "import { z } from 'zod'"],
  ['renderer/pages/draw/d.tsx', "import { readFile } from 'node:fs/promises'"],
]

const allowed: readonly [file: string, line: string][] = [
  ['data/library/k.ts', "import { x } from '../error.ts'"],
  ['native/learn/k.ts', "import { AppError } from '../../data/error.ts'"],
  ['native/learn/l.ts', "import type { Drawing } from '../../data/drawing.ts'"],
  ['native/runtime/k.ts', "import { x } from 'onnxruntime-node'"],
  ['main/contract/k.ts', "import { models } from '../../native/learn/specification.ts'"],
  ['main/contract/l.ts', "import type { Trainer } from '../../native/trainer/trainer.ts'"],
  ['main/engine/k.ts', "import { Trainer } from '../../native/trainer/trainer.ts'"],
  ['main/browser/k.ts', "import { createSupervisor } from '../supervisor/supervisor.ts'"],
  ['main/electron/k.ts', "import { app } from 'electron'"],
  ['main/cli/k.ts', "import { Datasets } from '../../data/datasets.ts'"],
  ['renderer/k.ts', "import { createClient } from '../main/contract/client.ts'"],
  ['renderer/l.ts', "import type { CommandName } from '../main/contract/commands.ts'"],
  ['renderer/pages/draw/k.tsx', "import { inkStages } from '../../../data/ink/index.ts'"],
  ['renderer/pages/draw/l.tsx', "import { models } from '../../../native/learn/specification.ts'"],
  ['renderer/pages/draw/m.tsx', "import { ImageGrid } from '../data/image-grid.tsx'"],
]

let folder: string
/** Files with a broken boundary, as the linter names them. */
let found: Set<string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-boundaries-'))
  await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const [file, line] of [...forbidden, ...allowed]) {
    await mkdir(join(folder, dirname(file)), { recursive: true })
    await writeFile(join(folder, file), `${line}\n`)
  }
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=json', '.'], { cwd: folder, encoding: 'utf8' })
  const report = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] }
  found = new Set(
    report.diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => filename.replaceAll('\\', '/')),
  )
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

test.each(forbidden)('%s may not: %s', (file) => {
  expect([...found]).toContain(file)
})

test.each(allowed)('%s may: %s', (file) => {
  expect([...found]).not.toContain(file)
})
