/** Reads the JSON reports of the test runners and adds them up. */
import { existsSync, readFileSync } from 'node:fs'

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** The one line that ends `npm test`. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

type VitestReport = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

/** A file that fails before its first test counts as one failed test. */
export function vitestTally(file: string, exitCode: number): Tally {
  const report = readReport(file) as VitestReport | null
  if (report === null) return crashed(nothing, exitCode)
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return crashed(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    exitCode,
  )
}

type PlaywrightReport = {
  readonly stats: {
    readonly expected: number
    readonly unexpected: number
    readonly flaky: number
    readonly skipped: number
  }
  readonly errors: readonly unknown[]
}

export function playwrightTally(file: string, exitCode: number): Tally {
  const report = readReport(file) as PlaywrightReport | null
  if (report === null) return crashed(nothing, exitCode)
  const { expected, unexpected, flaky, skipped } = report.stats
  return crashed({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped }, exitCode)
}

/** The specs that a `--list` run found, none of which ran. */
export function listedTally(file: string, exitCode: number): Tally {
  const { passed, failed, skipped } = playwrightTally(file, exitCode)
  return { passed: 0, failed, skipped: passed + skipped }
}

/** A runner that ended badly without naming a failed test is a failure all the same. */
function crashed(tally: Tally, exitCode: number): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** Written by the runner a moment ago, in the form that its version has; null when it wrote none. */
function readReport(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
