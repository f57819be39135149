/**
 * Measures the pages in a real Chromium, as a person uses them: milliseconds from the pointer event's handler to the
 * changed bars (the oldest ink that an answer carries counts), and frames while the grid of images scrolls through all of
 * a data set. Run: node --disable-warning=ExperimentalWarning tests/bench/draw-speed.ts [--rounds 5]
 */
import { parseArgs } from 'node:util'
import { chromium, type Page } from '@playwright/test'
import config from '../../playwright.config.ts'
import { drawLines, leaveFirstStart, seven, three } from '../e2e/canvas.ts'
import { makeDataDirectory, startInkling } from '../e2e/inkling-process.ts'
import { datasetsFolder } from '../mnist.ts'

type Summary = { readonly count: number; readonly p50: number; readonly p95: number; readonly max: number }

function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 10) / 10
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(0.999_999) }
}

const MEASURE = 'inkling:pointer-to-bars'

async function drawing(page: Page, rounds: number): Promise<Summary> {
  await leaveFirstStart(page)
  // The engine tests the shipped models in the background when it starts.
  await page.getByText('not tested yet').first().waitFor({ state: 'hidden', timeout: 60_000 })
  await page.waitForTimeout(1000)
  await page.evaluate((name) => performance.clearMeasures(name), MEASURE)
  for (let round = 0; round < rounds; round += 1) {
    for (const lines of [seven, three]) {
      await page.keyboard.press('Delete')
      await drawLines(page, lines, 20)
      await page.waitForTimeout(200)
    }
  }
  return summary(
    await page.evaluate((name) => performance.getEntriesByName(name).map(({ duration }) => duration), MEASURE),
  )
}

async function scrolling(page: Page): Promise<Summary> {
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByTestId('image-grid').waitFor({ timeout: 120_000 })
  await page.waitForTimeout(1000)
  return summary(
    await page.getByTestId('image-grid').evaluate(
      (grid) =>
        new Promise<number[]>((resolve) => {
          const gaps: number[] = []
          const start = performance.now()
          let before = start
          const step = (now: number): void => {
            gaps.push(now - before)
            before = now
            const share = (now - start) / 8000
            if (share >= 1) return resolve(gaps.slice(1))
            grid.scrollTop = share * grid.scrollHeight
            requestAnimationFrame(step)
          }
          requestAnimationFrame(step)
        }),
    ),
  )
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const directory = await makeDataDirectory()
const inkling = await startInkling({ dataDirectory: directory.path, datasets: datasetsFolder })
const browser = await chromium.launch(config.use?.launchOptions ?? {})
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(inkling.address)
  console.log(JSON.stringify({ measure: 'pointer to bars, ms', ...(await drawing(page, Number(values.rounds))) }))
  console.log(JSON.stringify({ measure: 'between frames while scrolling, ms', ...(await scrolling(page)) }))
} finally {
  await browser.close()
  await inkling.end()
  await directory.remove()
}
