/**
 * Measures the pages in a real Chromium, as a person uses them: milliseconds from the pointer event's handler to the
 * changed bars (the oldest ink that an answer carries counts), and frames and long tasks while the grid of images scrolls
 * through all of a data set, in order and sorted. Run: node --disable-warning=ExperimentalWarning tests/bench/draw-speed.ts [--rounds 5]
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
  if (sorted.length === 0) return { count: 0, p50: 0, p95: 0, max: 0 }
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

/** A task of the page's main thread, in milliseconds: how long it took, and how long it computed; the rest it waited for a processor. */
type Task = { readonly wall: number; readonly cpu: number }

type TraceEvent = {
  readonly name: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Runs `work` while Chromium keeps a record, and answers with the tasks of the page's main thread. */
async function tasksDuring(page: Page, work: () => Promise<void>): Promise<Task[]> {
  const tracing = page.context().browser()
  if (tracing === null) throw new Error('The page has no browser of its own.')
  await tracing.startTracing(page, { categories: ['toplevel', '__metadata'] })
  await work()
  const { traceEvents } = JSON.parse((await tracing.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }))
}

/** Scrolls through all images of both halves in 20 seconds; milliseconds between frames. */
async function scroll(page: Page): Promise<number[]> {
  return await page.getByTestId('image-grid').evaluate(
    (grid) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = []
        const start = performance.now()
        let before = start
        const step = (now: number): void => {
          gaps.push(now - before)
          before = now
          const share = (now - start) / 20_000
          if (share >= 1) return resolve(gaps.slice(1))
          grid.scrollTop = share * grid.scrollHeight
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
  )
}

async function openGrid(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByTestId('image-grid').waitFor({ timeout: 120_000 })
  await page.getByRole('radio', { name: 'Both' }).check({ force: true })
  await page.waitForTimeout(1000)
}

async function sortBy(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Order: / }).click()
  await page.getByRole('menuitemradio', { name }).click()
  await page.keyboard.press('Escape')
  await page.waitForTimeout(1500)
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const directory = await makeDataDirectory()
const inkling = await startInkling({ dataDirectory: directory.path, datasets: datasetsFolder })
const browser = await chromium.launch(config.use?.launchOptions ?? {})
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(inkling.address)
  console.log(JSON.stringify({ measure: 'pointer to bars, ms', ...(await drawing(page, Number(values.rounds))) }))
  await openGrid(page)
  const report = async (order: string): Promise<void> => {
    let gaps: number[] = []
    const tasks = await tasksDuring(page, async () => {
      gaps = await scroll(page)
    })
    const long = tasks.filter(({ wall }) => wall > 50)
    console.log(JSON.stringify({ measure: `between frames while scrolling, ms, ${order}`, ...summary(gaps) }))
    console.log(
      JSON.stringify({ measure: `tasks while scrolling, ms, ${order}`, ...summary(tasks.map(({ wall }) => wall)) }),
    )
    console.log(
      JSON.stringify({ measure: `computing of these, ms, ${order}`, ...summary(tasks.map(({ cpu }) => cpu)) }),
    )
    console.log(
      JSON.stringify({
        measure: `tasks over 50 ms, ${order}`,
        count: long.length,
        computing: long.map(({ cpu }) => Math.round(cpu)),
      }),
    )
  }
  await report('in order')
  await sortBy(page, 'Looks like another')
  await report('sorted')
} finally {
  await browser.close()
  await inkling.end()
  await directory.remove()
}
