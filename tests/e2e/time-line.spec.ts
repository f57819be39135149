/** Looking back in a run on the Train page, and going on from there as another run: in a real browser, on the built-in digits. */
import type { Page } from '@playwright/test'
import { drawLines, leaveFirstStart, three } from './canvas.ts'
import { expect, test } from './fixtures.ts'
import { hardToRead } from './readable.ts'

const answer = (page: Page) => page.getByRole('main').getByRole('status').first()
const slider = (page: Page) => page.getByRole('slider', { name: 'Look back' })
const now = (page: Page) => page.getByRole('button', { name: 'Now', exact: true })
const goOn = (page: Page) => page.getByRole('button', { name: 'Go on from here as a new run' })

/** Three epochs of the small net, 1,407 mini-batches, all there. */
async function trainThreeEpochs(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill('3')
  await page.getByRole('textbox', { name: 'Batch size', exact: true }).fill('128')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page.getByText(/^Run 1, done/)).toBeVisible({ timeout: 90_000 })
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '1407')
}

/** What the first unit's picture shows. */
async function firstUnit(page: Page): Promise<string> {
  const picture = page.getByRole('img', { name: /^Weights of unit 1(\D|$)/ })
  return await picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
}

/** Drags in the loss chart from one share of its breadth to another. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await slider(page).boundingBox()
  if (box === null) throw new Error('there is nothing to drag in')
  const y = box.y + box.height / 3
  await page.mouse.move(box.x + from * box.width, y)
  await page.mouse.down()
  await page.mouse.move(box.x + to * box.width, y, { steps: 12 })
  await page.mouse.up()
}

const settled = (page: Page, step: string) =>
  expect(page.getByText(new RegExp(`[Aa]fter mini-batch ${step}\\.?\\s*$`)).filter({ visible: true })).toBeVisible()

test('a run is looked through by hand and by key, and left again', async ({ page }) => {
  await drawLines(page, three)
  await leaveFirstStart(page)
  await trainThreeEpochs(page)
  const present = await firstUnit(page)
  const done = (await answer(page).textContent()) ?? ''

  await drag(page, 0.9, 1 / 3)
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '469')
  await settled(page, '469')
  await expect(answer(page)).toHaveText(/^At mini-batch 469 the loss was \d\.\d\d\.$/)
  await expect(page.getByText(/^then: 0\.\d{4}$/)).toBeVisible()
  await expect(page.getByText(/^your drawing: \d$/)).toBeVisible()
  await expect(page.getByTestId('time-cursor')).toHaveCount(2)
  const past = await firstUnit(page)
  expect(past).not.toBe(present)

  // The figures of the first epoch's end are those that were recorded then.
  await page.getByRole('button', { name: 'Each digit' }).click()
  await expect(page.getByRole('dialog').getByText('Each digit after mini-batch 469')).toBeVisible()
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.keyboard.press('.')
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '470')
  await settled(page, '470')
  expect(await firstUnit(page)).not.toBe(past)
  await page.keyboard.press(',')
  await settled(page, '469')
  await expect.poll(() => firstUnit(page)).toBe(past)

  await slider(page).focus()
  await page.keyboard.press('PageUp')
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'mini-batch 938')
  await page.keyboard.press('Home')
  await expect(answer(page)).toHaveText(/^Before the first mini-batch it read 0\.\d{4} right\.$/)
  await page.keyboard.press('End')
  await expect(now(page)).toBeHidden()
  await expect(answer(page)).toHaveText(done)
  await expect.poll(() => firstUnit(page)).toBe(present)

  await page.keyboard.press(',')
  await expect(now(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(now(page)).toBeHidden()
  await page.keyboard.press('?')
  await expect(page.getByText('Look back one mini-batch')).toBeVisible()
})

test('another run goes on from there with another learning rate, and both are seen', async ({ page }) => {
  await trainThreeEpochs(page)
  await drag(page, 0.8, 1 / 3)
  await settled(page, '469')
  const past = await firstUnit(page)
  await goOn(page).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByText('A new run from mini-batch 469 on')).toBeVisible()
  await sheet.getByRole('textbox', { name: 'Epochs' }).fill('1')
  await expect(sheet.getByText('at least 2')).toBeVisible()
  await expect(sheet.getByRole('button', { name: 'Start the new run' })).toBeDisabled()
  await sheet.getByRole('textbox', { name: 'Epochs' }).fill('3')

  // Closing the sheet stays in the past, wherever the focus is.
  await sheet.getByRole('button', { name: 'More settings' }).click()
  await sheet.getByRole('combobox', { name: 'Schedule' }).click()
  await page.getByRole('option', { name: /^One-cycle/ }).click()
  await expect(sheet.getByRole('combobox', { name: 'Schedule' })).toHaveValue(/^One-cycle/)
  await expect(sheet.getByRole('textbox', { name: 'Seed' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await expect(now(page)).toBeVisible()

  await goOn(page).click()
  await sheet.getByRole('textbox', { name: 'Learning rate' }).fill('0.01')
  await sheet.getByRole('button', { name: 'Start it paused' }).click()
  await expect(page.getByText('Run 2, paused')).toBeVisible()
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '469')
  // It begins with the weights that were seen.
  await expect.poll(() => firstUnit(page)).toBe(past)
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByText(/^Run 2, done/)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('earlier-run')).toHaveCount(2)
  await expect(page.getByText('run 1', { exact: true })).toHaveCount(2)
  expect(await hardToRead(page)).toEqual([])

  // What was before it is the other run's, as far as one looks.
  await slider(page).focus()
  await page.keyboard.press('Home')
  await expect(answer(page)).toHaveText(/^Before the first mini-batch it read/)
  await now(page).click()

  await page.getByRole('button', { name: 'Runs' }).click()
  await page.getByRole('button', { name: /^Run 1 / }).click()
  await expect(page.getByText(/^Run 1, done/)).toBeVisible()
  await expect(page.getByTestId('earlier-run')).toHaveCount(0)
})

test('a run that waits is looked through, kept when another goes on, and goes on from its end', async ({ page }) => {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('button', { name: 'Epoch', exact: true }).click()
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '235', { timeout: 90_000 })
  await page.keyboard.press(',')
  await settled(page, '234')
  // A step forward is one from the present.
  await page.getByRole('button', { name: 'Batch', exact: true }).click()
  await expect(now(page)).toBeHidden()
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '236')

  await page.keyboard.press(',')
  await settled(page, '235')
  await goOn(page).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Batch size' }).fill('512')
  await page.getByRole('dialog').getByRole('button', { name: 'Start it paused' }).click()
  await expect(page.getByText('Run 2, paused')).toBeVisible()
  await page.getByRole('button', { name: 'Epoch', exact: true }).click()
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '236')
  await expect(slider(page)).toHaveAttribute('aria-valuemin', '118')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()

  await page.getByRole('button', { name: 'Runs' }).click()
  await page.getByRole('button', { name: /^Run 1 / }).click()
  await expect(page.getByText('Run 1, stopped')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Run 1, training')).toBeVisible()
  // Nobody looks back in a run that goes on.
  await expect(slider(page)).toBeHidden()
})

test('what ends a run early is changed while it waits', async ({ page }) => {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('button', { name: 'Batch', exact: true }).click()
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '1', { timeout: 90_000 })
  await page.getByRole('button', { name: 'the end, change what ends the run' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('combobox', { name: 'Stop at' }).click()
  await page.getByRole('option', { name: /^Accuracy/ }).click()
  await sheet.getByRole('textbox', { name: 'Accuracy of' }).fill('1.5')
  await expect(sheet.getByRole('button', { name: 'Set it' })).toBeDisabled()
  await sheet.getByRole('textbox', { name: 'Accuracy of' }).fill('0.5')
  await sheet.getByRole('button', { name: 'Set it' }).click()
  await expect(page.getByRole('button', { name: 'accuracy 0.5, change what ends the run' })).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByText(/^Good enough: it reads/)).toBeVisible({ timeout: 60_000 })
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '235')
})

test.describe('when the engine is killed', () => {
  test('the step that one looks at is made again by the next one', async ({ page, inkling }) => {
    await trainThreeEpochs(page)
    await drag(page, 0.9, 0.5)
    await expect(now(page)).toBeVisible()
    const step = (await slider(page).getAttribute('aria-valuenow')) ?? ''
    await settled(page, step)
    const past = await firstUnit(page)
    await inkling.killEngine()
    await page.keyboard.press(',')
    await page.keyboard.press('.')
    await expect(slider(page)).toHaveAttribute('aria-valuenow', step)
    await settled(page, step)
    await expect.poll(() => firstUnit(page)).toBe(past)
    await expect(answer(page)).toContainText(`At mini-batch ${step} the loss was`)
  })
})
