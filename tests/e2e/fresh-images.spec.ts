/** The Train page with images that are new in each epoch: chosen in the form, trained, paused while they are written. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

async function choose(page: Page, field: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

test('a run draws new images for each epoch, and can be paused on the way', async ({ page }) => {
  test.slow()
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'What does SGD do?' })).toBeVisible()
  await choose(page, 'Images', /^new ones each epoch/)
  await choose(page, 'Digits', /^two of them/)
  await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill('40')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByText('epoch 2:')).toBeVisible({ timeout: 120_000 })
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Run 1, paused')).toBeVisible()
  await page.getByRole('button', { name: 'Epoch' }).click()
  await expect(page.getByText('Run 1, paused')).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText('Run 1, stopped')).toBeVisible()
})
