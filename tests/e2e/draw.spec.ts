/** The Draw page: from the first start to models that answer while one draws. */
import type { Page } from '@playwright/test'
import { drawLines, leaveFirstStart, seven, three } from './canvas.ts'
import { expect, test } from './fixtures.ts'

const table = (page: Page) => page.getByRole('table', { name: 'What each model reads' })
const answer = (page: Page) => page.getByRole('status').first()

test('the first start invites to draw, and is gone for good after the first drawing', async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'Who recognizes this digit?' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Open Averages' })).toBeVisible()
  await expect(page.getByText('Built-in digits are ready.')).toBeVisible()
  await expect(table(page)).toBeHidden()

  await drawLines(page, three)
  await expect(table(page)).toBeVisible()
  await expect(page.getByTestId('answer-starter')).toHaveText('3')

  await page.getByRole('button', { name: 'Clear' }).click()
  await page.reload()
  await expect(table(page)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Open Averages' })).toBeHidden()
})

test('a digit drawn with the mouse is read by every model, with ten numbers each', async ({ page }) => {
  await leaveFirstStart(page)
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(answer(page)).toContainText('Nobody yet')
  await drawLines(page, seven)
  await expect(page.getByTestId('answer-starter')).toHaveText('7')
  await expect(answer(page)).toContainText('7')

  const rows = table(page).locator('tbody tr')
  await expect(rows).toHaveCount(10)
  const starter = await rows.locator('td:last-child').allInnerTexts()
  const sum = starter.map(Number).reduce((total, value) => total + value, 0)
  expect(starter.every((text) => /^[01]\.\d{4}$/.test(text))).toBe(true)
  expect(Math.abs(sum - 1)).toBeLessThan(0.001)
  const distances = (await rows.locator('td:nth-child(2)').allInnerTexts()).map(Number)
  const shortest = distances.indexOf(Math.min(...distances))
  await expect(page.getByTestId('answer-average-l1')).toHaveText(String(shortest))
})

test('models answer while the pen is still down', async ({ page }) => {
  await leaveFirstStart(page)
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(answer(page)).toContainText('Nobody yet')
  const box = await page.getByTestId('canvas').boundingBox()
  if (box === null) throw new Error('there is no canvas')
  await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.8, { steps: 12 })
  await expect(page.getByTestId('answer-starter')).toHaveText('1')
  await page.mouse.up()
})

test('each sample drawing is read as its digit', async ({ page }) => {
  await leaveFirstStart(page)
  const order = [3, 4, 5, 6, 7, 8, 9, 0, 1, 2]
  for (const digit of order) {
    await page.keyboard.press('s')
    await expect(page.getByTestId('answer-starter')).toHaveText(String(digit))
  }
})

test('undo, redo and clear work by button and by key', async ({ page }) => {
  await leaveFirstStart(page)
  await drawLines(page, [
    [
      [0.2, 0.2],
      [0.8, 0.2],
    ],
  ])
  const undo = page.getByRole('button', { name: 'Undo', exact: true })
  const redo = page.getByRole('button', { name: 'Redo', exact: true })
  await expect(redo).toBeDisabled()
  await undo.click()
  await expect(redo).toBeEnabled()
  await page.keyboard.press('Control+z')
  await expect(undo).toBeDisabled()
  await expect(answer(page)).toContainText('Nobody yet')
  await page.keyboard.press('Control+Shift+z')
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
  await redo.click()
  await page.keyboard.press('Delete')
  await expect(answer(page)).toContainText('Nobody yet')
  await page.locator('button', { hasText: 'Undo' }).last().click()
  await expect(page.getByTestId('answer-starter')).toBeVisible()
})

test('a drawing outlives a change of page and a reload', async ({ page }) => {
  await leaveFirstStart(page)
  await page.getByRole('link', { name: 'Data' }).click()
  await expect(page.getByRole('heading', { name: 'What is in the data?' })).toBeVisible()
  await page.getByRole('link', { name: 'Draw' }).click()
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
  await page.reload()
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
})

test('what the network sees shows every stage of the way', async ({ page }) => {
  await leaveFirstStart(page)
  const strip = page.getByRole('region', { name: 'What the network sees' })
  await expect(strip.getByRole('img')).toHaveCount(7)
  const ink = await strip
    .locator('canvas')
    .last()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, 28, 28) ?? { data: [] }
      let dark = 0
      for (let index = 0; index < data.length; index += 4) if ((data[index] ?? 255) < 128) dark += 1
      return { width: canvas.width, height: canvas.height, dark }
    })
  expect(ink).toMatchObject({ width: 28, height: 28 })
  expect(ink.dark).toBeGreaterThan(30)
})

test.describe('by touch', () => {
  test('a second finger does not disturb the stroke of the first', async ({ page }) => {
    await leaveFirstStart(page)
    await page.getByRole('button', { name: 'Clear' }).click()
    const canvas = page.getByTestId('canvas')
    await canvas.evaluate((element) => {
      const box = element.getBoundingClientRect()
      // setPointerCapture wants a pointer that the browser knows.
      element.setPointerCapture = () => undefined
      const send = (type: string, pointerId: number, x: number, y: number): void => {
        const place = { clientX: box.left + x * box.width, clientY: box.top + y * box.height }
        element.dispatchEvent(
          new PointerEvent(type, { pointerId, pointerType: 'touch', button: 0, buttons: 1, bubbles: true, ...place }),
        )
      }
      send('pointerdown', 11, 0.55, 0.2)
      for (let step = 1; step <= 10; step += 1) {
        send('pointermove', 11, 0.55 - step * 0.01, 0.2 + step * 0.06)
        if (step === 4) send('pointerdown', 12, 0.1, 0.9)
        send('pointermove', 12, 0.9, 0.9)
      }
      send('pointerup', 12, 0.9, 0.9)
      send('pointerup', 11, 0.45, 0.8)
    })
    await expect(page.getByTestId('answer-starter')).toHaveText('1')
    await page.keyboard.press('Control+z')
    await expect(answer(page)).toContainText('Nobody yet')
  })
})
