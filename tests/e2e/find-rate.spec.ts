/** The learning-rate finder on the Train page: it looks, suggests, and fills in; it can be cancelled; it starts no run. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const finder = (page: Page) => page.getByRole('dialog', { name: 'Find a learning rate' })
const rateField = (page: Page) => page.getByRole('textbox', { name: 'Learning rate', exact: true })

async function openTrain(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'What does SGD do?' })).toBeVisible()
}

async function choose(page: Page, field: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

test.describe('the learning-rate finder', () => {
  test.use({ withMnist: true })

  test('shows its curve, suggests a rate, and puts it into the form', async ({ page }) => {
    await openTrain(page)
    await choose(page, 'Model', /^Linear/)
    await rateField(page).fill('')
    await page.getByRole('button', { name: 'Find a learning rate' }).click()
    // Without MNIST the built-in digits are written first.
    await expect(finder(page).getByRole('status')).toContainText(/^0\.\d+ is a good rate/, { timeout: 90_000 })
    await expect(
      finder(page).getByRole('img', { name: /^Loss at learning rates: \d+ tried.* Suggested: 0\.\d+\.$/ }),
    ).toBeVisible()
    const use = finder(page).getByRole('button', { name: /^Use 0\.\d+$/ })
    const suggested = ((await use.textContent()) ?? '').replace('Use ', '')
    await use.click()
    await expect(finder(page)).toBeHidden()
    await expect(rateField(page)).toHaveValue(suggested)
    await expect(page.getByRole('main').getByRole('status').first()).toContainText('Start a run')

    await page.getByRole('textbox', { name: 'Epochs' }).fill('2')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/^Run 1, done 0\.[89]/)).toBeVisible({ timeout: 60_000 })
  })

  test('is closed by Escape while it looks, and says when nothing falls', async ({ page }) => {
    await openTrain(page)
    await choose(page, 'Model', /^LeNet(?!,)/)
    await page.getByRole('button', { name: 'Find a learning rate' }).click()
    await expect(finder(page).getByRole('button', { name: 'Cancel' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(finder(page)).toBeHidden()
    await expect(page.getByRole('button', { name: 'Find a learning rate' })).toBeFocused()

    await choose(page, 'Model', /^Linear/)
    await choose(page, 'Loss', /^Accuracy/)
    await page.getByRole('button', { name: 'Find a learning rate' }).click()
    await expect(finder(page).getByRole('status')).toHaveText('The loss does not clearly fall at any of these rates.', {
      timeout: 90_000,
    })
    await expect(finder(page).getByRole('button', { name: /^Use/ })).toHaveCount(0)
    await finder(page).getByRole('button', { name: 'Close' }).click()
    await expect(finder(page)).toBeHidden()
  })

  test('waits for a form that makes sense', async ({ page }) => {
    await openTrain(page)
    await page.getByRole('textbox', { name: 'Batch size' }).fill('0')
    await expect(page.getByRole('button', { name: 'Find a learning rate' })).toBeDisabled()
    await page.getByRole('textbox', { name: 'Batch size' }).fill('256')
    await rateField(page).fill('-1')
    await expect(page.getByRole('button', { name: 'Find a learning rate' })).toBeEnabled()
  })
})
