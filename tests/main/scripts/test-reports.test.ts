/** How the reports of the runners are added up, with reports as the runners write them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  add,
  failureLines,
  listedTally,
  playwrightTally,
  summaryLine,
  vitestTally,
} from '../../../main/scripts/test-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'inkling-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function report(content: unknown): string {
  const file = join(folder, `${Math.random()}.json`)
  writeFileSync(file, JSON.stringify(content))
  return file
}

const vitest = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] }
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 3 }, errors: [], suites: [] }

test('passed, failed and skipped tests of both runners are summed in one line', () => {
  const sum = add(vitestTally(report(vitest), 0), playwrightTally(report(playwright), 0))
  expect(summaryLine(sum)).toBe('10 passed, 0 failed, 6 skipped')
})

test('a file that broke before its first test is a failure', () => {
  const broken = {
    ...vitest,
    testResults: [{ name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }],
  }
  expect(vitestTally(report(broken), 1)).toEqual({
    passed: 7,
    failed: 1,
    skipped: 3,
    failures: ['a.test.ts › could not be read\n  no such module'],
  })
})

test('a runner that ended badly is a failure, whatever it counted or wrote', () => {
  expect(vitestTally(report(vitest), 1).failed).toBe(1)
  expect(vitestTally(join(folder, 'missing.json'), 1)).toMatchObject({ passed: 0, failed: 1, skipped: 0 })
  expect(playwrightTally(report({ ...playwright, errors: [{ message: 'no browser' }] }), 1)).toMatchObject({
    failed: 1,
    failures: ['Playwright › before any spec\n  no browser'],
  })
})

test('a flaky spec is a failure', () => {
  const flaky = { ...playwright, stats: { ...playwright.stats, flaky: 1 } }
  expect(playwrightTally(report(flaky), 0).failed).toBe(1)
})

test('specs that were only listed are skipped', () => {
  expect(listedTally(report(playwright), 0)).toEqual({
    passed: 0,
    failed: 0,
    skipped: 6,
    failures: [],
  })
})

test('what failed is told once more at the end, with its place and without colors', () => {
  const unit = {
    ...vitest,
    numFailedTests: 1,
    testResults: [
      {
        name: 'b.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'sums', status: 'passed', failureMessages: null },
          { fullName: 'learns', status: 'failed', failureMessages: ['\u001b[31mexpected 1\u001b[39m\nat b.test.ts:3'] },
        ],
      },
    ],
  }
  const spec = (status: string, message?: string) => ({
    title: 'draws',
    file: 'draw.spec.ts',
    line: 9,
    tests: [{ projectName: 'browser', status, results: [{ errors: message === undefined ? [] : [{ message }] }] }],
  })
  const browser = {
    ...playwright,
    stats: { ...playwright.stats, unexpected: 1, flaky: 1 },
    suites: [{ specs: [spec('expected')], suites: [{ specs: [spec('unexpected', 'late'), spec('flaky', 'slow')] }] }],
  }
  const sum = add(vitestTally(report(unit), 1), playwrightTally(report(browser), 1))
  expect(failureLines(sum).join('\n').trim()).toBe(
    [
      'Failed 1: b.test.ts › learns',
      '  expected 1',
      '  at b.test.ts:3',
      '',
      'Failed 2: draw.spec.ts:9 › [browser] draws',
      '  late',
      '',
      'Failed 3: draw.spec.ts:9 › [browser] draws (passed when repeated)',
      '  slow',
    ].join('\n'),
  )
  expect(failureLines(vitestTally(report(vitest), 0))).toEqual([])
})
