/** `npm test` under the pinned Node: Vitest, then the browser specs, then what failed in either, and one line that sums both. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './find-chromium.ts'
import { root } from './root.ts'
import {
  add,
  failureLines,
  listedTally,
  playwrightTally,
  summaryLine,
  vitestTally,
  type Tally,
} from './test-reports.ts'

const reports = mkdtempSync(join(tmpdir(), 'inkling-reports-'))

function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  })
  return status ?? 1
}

function runUnit(): Tally {
  const file = join(reports, 'vitest.json')
  const code = run('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  return vitestTally(file, code)
}

function runBrowser(): Tally {
  const file = join(reports, 'playwright.json')
  const chromium = findChromium()
  const environment = { PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  if ('path' in chromium) {
    const code = run('@playwright/test/cli.js', ['test'], { ...environment, INKLING_CHROMIUM: chromium.path })
    return playwrightTally(file, code)
  }
  console.log(`The browser specs are skipped: ${chromium.reason}.`)
  return listedTally(file, run('@playwright/test/cli.js', ['test', '--list'], environment))
}

const tally = add(runUnit(), runBrowser())
rmSync(reports, { recursive: true, force: true })
for (const line of failureLines(tally)) console.log(line)
console.log(summaryLine(tally))
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
