/** The Data page's view of the simulated hand: its dials, live samples, and what stays the same where nothing varies. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const writer = (page: Page, number: number) => page.getByRole('img', { name: new RegExp(`^Writer ${number}: `) })

/** Pixels of a writer's row; equal text means equal pictures. */
const picture = (row: Locator): Promise<string> => row.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())

/** The pixels of a picture, or of the first digit of a writer. */
const pixels = (row: Locator): Promise<number[]> =>
  row.evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext('2d')!.getImageData(0, 0, 28, 28).data])

/** The ten digits of a writer, each as text. */
const digits = (row: Locator): Promise<string[]> =>
  row.evaluate((canvas: HTMLCanvasElement) =>
    Array.from({ length: 10 }, (_, image) =>
      canvas
        .getContext('2d')!
        .getImageData(image * 28, 0, 28, 28)
        .data.join(),
    ),
  )

async function openHand(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('link', { name: 'Simulated hand' }).click()
  await expect(page.getByRole('heading', { name: 'Who wrote the built-in digits?' })).toBeVisible()
  await expect(writer(page, 8)).toBeVisible()
}

test('rows are writers: the dials say how much they differ, and how much each one varies', async ({ page }) => {
  await openHand(page)
  const first = await digits(writer(page, 1))
  expect(new Set(first).size).toBe(10)

  const hand = page.getByRole('slider', { name: 'One hand varies' })
  await expect(hand).toHaveAttribute('aria-valuetext', 'as in the data set')
  await hand.focus()
  await page.keyboard.press('Home')
  await expect(hand).toHaveAttribute('aria-valuetext', 'not at all')
  // Each hand is a stamp now, and no two stamps are alike.
  await expect.poll(async () => new Set(await digits(writer(page, 1))).size).toBe(1)
  expect(await picture(writer(page, 2))).not.toBe(await picture(writer(page, 1)))

  await page.getByRole('slider', { name: 'Writers differ' }).focus()
  await page.keyboard.press('Home')
  await expect.poll(async () => (await picture(writer(page, 8))) === (await picture(writer(page, 1)))).toBe(true)
  await expect(page.getByRole('row', { name: /^Slant/ })).toContainText('±0.0°')
  // The average of eighty equal pictures is that picture.
  const average = page.getByRole('img', { name: 'The average of these 80 digits' })
  await expect
    .poll(async () => {
      const mean = await pixels(average)
      const one = await pixels(writer(page, 1))
      return Math.max(...mean.map((value, index) => Math.abs(value - (one[index] ?? 0))))
    })
    .toBeLessThanOrEqual(1)
})

test('another digit and other writers, and the same ones again by their seed', async ({ page }) => {
  await openHand(page)
  const before = await picture(writer(page, 3))
  await page.getByRole('button', { name: 'Others' }).click()
  await expect(page.getByLabel('Seed')).toHaveValue('2')
  await expect.poll(async () => (await picture(writer(page, 3))) === before).toBe(false)
  await page.getByLabel('Seed').fill('1')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await picture(writer(page, 3))) === before).toBe(true)

  await page.getByRole('combobox', { name: 'Digit' }).click()
  await page.getByRole('option', { name: 'all ten' }).click()
  await expect(page.getByRole('status').first()).toContainText('the ten digits')
  await page.getByLabel('Seed').fill('99999999999')
  await expect(page.getByText('A whole number')).toBeVisible()
})
