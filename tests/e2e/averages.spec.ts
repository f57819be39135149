/** The Averages page in a real browser: the book's numbers on MNIST, one image against the averages, and the built-in set. */
import type { Page } from '@playwright/test'
import { mnistFolder } from '../mnist.ts'
import { expect, test } from './fixtures.ts'

const answer = (page: Page) => page.getByRole('main').getByRole('status').first()

async function openAverages(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Averages', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'How far do averages get?' })).toBeVisible()
}

/** Radio buttons lie invisible over their words. */
async function choose(page: Page, group: string, option: string): Promise<void> {
  await page.getByRole('radiogroup', { name: group }).getByText(option, { exact: true }).click()
}

test.describe('on MNIST', () => {
  test.use({ withMnist: true })
  test.skip(mnistFolder === null, 'MNIST is not on this machine')

  test('gives the figures of the book, for both distances', async ({ page }) => {
    await openAverages(page)
    await expect(answer(page)).toContainText('0.8203')
    await choose(page, 'Distance', 'L1')
    await expect(answer(page)).toContainText('0.6685')
    await choose(page, 'Classes', '3 and 7')
    await expect(answer(page)).toContainText('0.9511')
    await expect(page.getByText('0.9168')).toBeVisible()
    await expect(page.getByText('0.9854')).toBeVisible()
    await choose(page, 'Distance', 'RMSE')
    await expect(answer(page)).toContainText('0.9661')
    await expect(page.getByText('0.9584')).toBeVisible()
    await expect(page.getByText('0.9737')).toBeVisible()
    await expect(page.getByText('The averages of 12,396 training images')).toBeVisible()
  })

  test("compares the book's image with the averages, and another one on request", async ({ page }) => {
    await openAverages(page)
    await choose(page, 'Classes', '3 and 7')
    const distances = page.getByRole('table').filter({ hasText: 'distance to the average' })
    await expect(distances.getByRole('row', { name: /^L1/ })).toContainText('0.1114')
    await expect(distances.getByRole('row', { name: /^L1/ })).toContainText('0.1586')
    await expect(distances.getByRole('row', { name: /^RMSE/ })).toContainText('0.2021')
    await expect(distances.getByRole('row', { name: /^RMSE/ })).toContainText('0.3021')
    await expect(page.getByRole('img', { name: 'The image minus the average 7' })).toBeVisible()
    await page.getByRole('button', { name: 'Another image' }).click()
    await expect(page.getByText(/^test\s+(image\s+)?\d+$/)).toBeVisible()
  })

  test('shows where it goes wrong and how far that is', async ({ page }) => {
    await openAverages(page)
    const matrix = page.getByRole('table', { name: /Test images by class/ })
    await expect(matrix.getByRole('row')).toHaveCount(11)
    const numbers = await matrix.locator('tbody td').allInnerTexts()
    const sum = numbers.map((text) => Number(text.replaceAll(',', ''))).reduce((total, value) => total + value, 0)
    expect(sum).toBe(10_000)
    await expect(
      page.getByRole('img', { name: /Guessing 0\.1000, Average, L1 0\.6685, Average, RMSE 0\.8203/ }),
    ).toBeVisible()
  })
})

test('the distances are explained by their formulas', async ({ page }) => {
  await openAverages(page)
  await page.getByRole('button', { name: 'Explain' }).click()
  const drawer = page.getByRole('dialog', { name: 'How far do averages get?' })
  await expect(drawer.getByRole('math', { name: /^RMSE equals the square root of 1 over 784/ })).toBeVisible()
})

test('the built-in digits have averages too, without any file', async ({ page }) => {
  await openAverages(page)
  await expect(answer(page)).toContainText(/To 0\.\d{4} on ten digits/, { timeout: 90_000 })
  for (const digit of [0, 3, 9]) {
    await expect(page.getByRole('img', { name: `Average ${digit}`, exact: true })).toBeVisible()
  }
  await choose(page, 'Classes', '3 and 7')
  await expect(answer(page)).toContainText(/on threes and sevens/)
})
