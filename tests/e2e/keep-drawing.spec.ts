/** One's own handwriting: a drawing is kept as a digit, looked at, corrected, removed, taken back, exported, and never lost. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import type { Drawing } from '../../data/drawing.ts'
import { drawLines, leaveFirstStart, seven, three } from './canvas.ts'
import { expect, test } from './fixtures.ts'

const keepAs = (page: Page, digit: number) => page.getByRole('button', { name: new RegExp(`^Keep as an? ${digit}`) })
const toast = (page: Page) => page.getByRole('alert')
const answer = (page: Page) => page.getByRole('status').first()
const gallery = (page: Page) => page.getByRole('button', { name: / kept$/ })

/** What is on the canvas, as the page remembers it for a reload. */
async function strokesOf(page: Page): Promise<Drawing['strokes']> {
  return JSON.parse(await page.evaluate(() => sessionStorage.getItem('inkling-drawing') ?? '[]')) as Drawing['strokes']
}

async function keep(page: Page, lines: Parameters<typeof drawLines>[1], digit: number, count: number): Promise<void> {
  await drawLines(page, lines)
  await keepAs(page, digit).click()
  await expect(toast(page).filter({ hasText: `: ${count} drawing` })).toBeVisible()
}

/** The lines of the exported file. */
async function exported(page: Page): Promise<Drawing[]> {
  await page.getByRole('button', { name: 'About My handwriting' }).click()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export drawings' }).click()
  const text = await readFile(await (await saving).path(), 'utf8')
  await page.getByRole('button', { name: 'Close' }).click()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Drawing)
}

test('a drawing is kept by one press, is in the gallery, and leaves as it was drawn', async ({ page }) => {
  await leaveFirstStart(page)
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
  const drawn = await strokesOf(page)
  const times = drawn.flatMap((stroke) => stroke.map(([, , , time]) => time ?? -1))
  expect(times[0]).toBe(0)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  await expect(keepAs(page, 3)).toHaveAttribute('data-suggested', 'true')
  // Said is what counts, not what was read.
  await keepAs(page, 8).click()
  await expect(toast(page)).toContainText('Kept as an 8: 1 drawing')
  await expect(answer(page)).toContainText('Nobody yet')
  await expect(keepAs(page, 8)).toHaveAttribute('aria-disabled', 'true')

  await gallery(page).click()
  await expect(page.getByRole('heading', { name: 'Training image 0, an eight' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Data set: My handwriting' })).toBeVisible()
  expect(await exported(page)).toEqual([{ label: 8, strokes: drawn, width: 1000, height: 1000 }])
})

test('by keyboard K comes before the digit, and digits are pages otherwise', async ({ page }) => {
  await leaveFirstStart(page)
  await page.keyboard.press('k')
  await expect(keepAs(page, 3)).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(keepAs(page, 4)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(keepAs(page, 4)).not.toBeFocused()
  await page.keyboard.press('k')
  await page.keyboard.press('5')
  await expect(toast(page)).toContainText('Kept as a 5: 1 drawing')
  await page.keyboard.press('k')
  await expect(toast(page).last()).toContainText('Draw a digit first')
  await page.keyboard.press('2')
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Who recognizes this digit?')
})

test('keeping is taken back by the toast and by Ctrl Z, and newer ink is not lost', async ({ page }) => {
  await leaveFirstStart(page)
  const drawn = await strokesOf(page)
  await keepAs(page, 3).click()
  await expect(gallery(page)).toHaveText('1 kept')
  await page.keyboard.press('Control+z')
  await expect(gallery(page)).toBeHidden()
  expect(await strokesOf(page)).toEqual(drawn)

  await keepAs(page, 3).click()
  await expect(gallery(page)).toHaveText('1 kept')
  await drawLines(page, seven)
  await expect(page.getByTestId('answer-starter')).toHaveText('7')
  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
  await expect(gallery(page)).toBeHidden()
  await page.keyboard.press('Control+z')
  await expect(page.getByTestId('answer-starter')).toHaveText('7')
})

test("Inkling's own samples are not one's handwriting", async ({ page }) => {
  await leaveFirstStart(page)
  await page.keyboard.press('s')
  await expect(keepAs(page, 3)).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('k')
  await expect(toast(page)).toContainText("one of Inkling's samples")
  await drawLines(page, seven)
  await expect(keepAs(page, 3)).not.toHaveAttribute('aria-disabled')
})

test('in the gallery a drawing gets another digit, goes, and comes back', async ({ page }) => {
  await leaveFirstStart(page)
  await page.getByRole('button', { name: 'Clear' }).click()
  for (let count = 1; count <= 3; count += 1) await keep(page, three, 3, count)
  await expect(toast(page).filter({ hasText: 'Kept as a 3, put aside for testing: 3 drawings' })).toBeVisible()
  await expect(page.getByText('Yours: 1 of 1')).toHaveCount(4)
  await keep(page, seven, 1, 4)
  await gallery(page).click()
  await expect(page.getByRole('heading', { name: 'Training image 0, a three' })).toBeVisible()
  await page.keyboard.press('End')
  await expect(page.getByRole('heading', { name: 'Test image 0, a three' })).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('heading', { name: 'Training image 2, a one' })).toBeVisible()

  await page.getByRole('button', { name: 'It is a 7, not a 1' }).click()
  await expect(page.getByRole('heading', { name: 'Training image 2, a seven' })).toBeVisible()
  await expect(page.getByRole('button', { name: '7: 1', exact: true })).toBeVisible()
  await toast(page).filter({ hasText: 'It is a 7 now, no longer a 1' }).getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('heading', { name: 'Training image 2, a one' })).toBeVisible()
  await page.keyboard.press('k')
  await page.keyboard.press('7')
  await expect(page.getByRole('heading', { name: 'Training image 2, a seven' })).toBeVisible()

  const before = await exported(page)
  await page.getByRole('button', { name: 'Remove this drawing' }).click()
  await expect(answer(page)).toContainText('3 handwritten digits')
  await expect(page.getByRole('heading', { name: 'Test image 0, a three' })).toBeVisible()
  await toast(page).filter({ hasText: 'The drawing of a 7 is removed' }).getByRole('button', { name: 'Undo' }).click()
  await expect(answer(page)).toContainText('4 handwritten digits')
  await expect(page.getByRole('heading', { name: 'Training image 2, a seven' })).toBeVisible()
  expect(await exported(page)).toEqual(before)
})

test('two windows see the same drawings', async ({ page, inkling }) => {
  test.skip(inkling.address === null, 'Electron has one window')
  await leaveFirstStart(page)
  const other = await page.context().newPage()
  await other.goto(inkling.address ?? '')
  await drawLines(other, seven)
  await keepAs(page, 3).click()
  await keepAs(other, 7).click()
  await expect(gallery(page)).toHaveText('2 kept')
  await expect(gallery(other)).toHaveText('2 kept')
  await gallery(page).click()
  await expect(answer(page)).toContainText('2 handwritten digits')
  await other.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await expect(answer(page)).toContainText('1 handwritten digit,')
  await other.close()
})

test('what is kept outlives a reload and the end of the engine, before and after it has it', async ({
  page,
  inkling,
}) => {
  await leaveFirstStart(page)
  const first = await strokesOf(page)
  await keepAs(page, 3).click()
  await expect(toast(page)).toContainText('Kept as a 3: 1 drawing')
  await inkling.killEngine()
  // Drawn and kept while there is no engine.
  await drawLines(page, seven)
  const second = await strokesOf(page)
  await keepAs(page, 7).click()
  await page.reload()
  await expect(gallery(page)).toHaveText('2 kept')
  await gallery(page).click()
  expect(await exported(page)).toEqual([
    { label: 3, strokes: first, width: 1000, height: 1000 },
    { label: 7, strokes: second, width: 1000, height: 1000 },
  ])
})

test('a pen is kept with its pressure', async ({ page }) => {
  await leaveFirstStart(page)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByTestId('canvas').evaluate((element) => {
    const box = element.getBoundingClientRect()
    element.setPointerCapture = () => undefined
    const send = (type: string, pressure: number, y: number): void => {
      const place = { clientX: box.left + box.width / 2, clientY: box.top + y * box.height, pressure }
      const pen = { pointerId: 21, pointerType: 'pen', button: 0, buttons: 1, bubbles: true }
      element.dispatchEvent(new PointerEvent(type, { ...pen, ...place }))
    }
    send('pointerdown', 0.25, 0.2)
    for (let step = 1; step <= 6; step += 1) send('pointermove', 0.25 + step * 0.1, 0.2 + step * 0.1)
    send('pointerup', 0, 0.8)
  })
  await keepAs(page, 1).click()
  await gallery(page).click()
  const [drawing] = await exported(page)
  expect(drawing?.strokes[0]?.map(([, , pressure]) => pressure)).toEqual([0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85])
})

test('nothing moves at the first start', async ({ page }) => {
  await page.addInitScript(() => {
    const moved: string[] = []
    Object.assign(globalThis, { moved })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources?: { node: Node | null }[] })[]) {
        for (const { node } of entry.sources ?? []) moved.push(node?.textContent ?? '')
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.reload()
  await expect(page.getByText('Built-in digits are ready.')).toBeVisible()
  await expect(page.getByText(/^Nobody yet: draw one, and \w+ models/)).toBeVisible()
  expect(await page.evaluate(() => (globalThis as unknown as { moved: string[] }).moved)).toEqual([])
})
