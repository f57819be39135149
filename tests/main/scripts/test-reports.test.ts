/** How the reports of the runners are added up, with reports as the runners write them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { add, listedTally, playwrightTally, summaryLine, vitestTally } from '../../../main/scripts/test-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'inkling-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function report(content: unknown): string {
  const file = join(folder, `${Math.random()}.json`)
  writeFileSync(file, JSON.stringify(content))
  return file
}

const vitest = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] }
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 3 }, errors: [] }

test('passed, failed and skipped tests of both runners are summed in one line', () => {
  const sum = add(vitestTally(report(vitest), 0), playwrightTally(report(playwright), 0))
  expect(summaryLine(sum)).toBe('10 passed, 0 failed, 6 skipped')
})

test('a file that broke before its first test is a failure', () => {
  const broken = { ...vitest, testResults: [{ status: 'failed', assertionResults: [] }] }
  expect(vitestTally(report(broken), 1)).toEqual({ passed: 7, failed: 1, skipped: 3 })
})

test('a runner that ended badly is a failure, whatever it counted or wrote', () => {
  expect(vitestTally(report(vitest), 1).failed).toBe(1)
  expect(vitestTally(join(folder, 'missing.json'), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(playwrightTally(report({ ...playwright, errors: ['no browser'] }), 1).failed).toBe(1)
})

test('a flaky spec is a failure', () => {
  const flaky = { ...playwright, stats: { ...playwright.stats, flaky: 1 } }
  expect(playwrightTally(report(flaky), 0).failed).toBe(1)
})

test('specs that were only listed are skipped', () => {
  expect(listedTally(report(playwright), 0)).toEqual({ passed: 0, failed: 0, skipped: 6 })
})
