/** Reads the JSON reports of the test runners, adds them up, and tells what failed. */
import { existsSync, readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

export type Tally = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What failed, each with where it stands and what it said. */
  readonly failures: readonly string[]
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] }

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  }
}

/** The failures once more, since the end of a long log is what is read first; empty when nothing failed. */
export function failureLines({ failures }: Tally): readonly string[] {
  return failures.flatMap((text, index) => [`Failed ${index + 1}: ${text}`, ''])
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
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

/** A file that fails before its first test counts as one failed test. */
export function vitestTally(file: string, exitCode: number): Tally {
  const report = readReport(file) as VitestReport | null
  if (report === null) return crashed(nothing, exitCode)
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failures = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => failure(name, fullName, failureMessages ?? [])),
  )
  return crashed(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
      failures: [...failures, ...broken.map(({ name, message }) => failure(name, 'could not be read', [message]))],
    },
    exitCode,
  )
}

type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs: readonly {
    readonly title: string
    readonly file: string
    readonly line: number
    readonly tests: readonly {
      readonly projectName: string
      readonly status: string
      readonly results: readonly { readonly errors: readonly { readonly message?: string }[] }[]
    }[]
  }[]
}

type PlaywrightReport = {
  readonly stats: {
    readonly expected: number
    readonly unexpected: number
    readonly flaky: number
    readonly skipped: number
  }
  readonly errors: readonly { readonly message?: string }[]
  readonly suites: readonly PlaywrightSuite[]
}

export function playwrightTally(file: string, exitCode: number): Tally {
  const report = readReport(file) as PlaywrightReport | null
  if (report === null) return crashed(nothing, exitCode)
  const { expected, unexpected, flaky, skipped } = report.stats
  const failures = [
    ...report.suites.flatMap(failedSpecs),
    ...report.errors.map(({ message }) => failure('Playwright', 'before any spec', [message ?? ''])),
  ]
  return crashed({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped, failures }, exitCode)
}

function failedSpecs(suite: PlaywrightSuite): readonly string[] {
  const own = suite.specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, status, results }) =>
        failure(
          `${file}:${line}`,
          `[${projectName}] ${title}${status === 'flaky' ? ' (passed when repeated)' : ''}`,
          results.flatMap(({ errors }) => errors.map(({ message }) => message ?? '')),
        ),
      ),
  )
  return [...own, ...(suite.suites ?? []).flatMap(failedSpecs)]
}

/** Where it stands, what it is called and the beginning of what it said. */
function failure(place: string, name: string, messages: readonly string[]): string {
  const said = messages.flatMap((message) => stripVTControlCharacters(message).split('\n').slice(0, 12))
  return [`${place} › ${name}`, ...said.map((line) => `  ${line}`)].join('\n')
}

/** The specs that a `--list` run found, none of which ran. */
export function listedTally(file: string, exitCode: number): Tally {
  const { passed, failed, skipped, failures } = playwrightTally(file, exitCode)
  return { passed: 0, failed, skipped: passed + skipped, failures }
}

/** A runner that ended badly without naming a failed test is a failure all the same. */
function crashed(tally: Tally, exitCode: number): Tally {
  if (exitCode === 0 || tally.failed > 0) return tally
  return { ...tally, failed: 1, failures: [`a test runner ended with exit code ${exitCode}; its own output tells why`] }
}

/** Written by the runner a moment ago, in the form that its version has; null when it wrote none. */
function readReport(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
