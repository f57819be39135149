/** Every view of the Data page in both color schemes: texts can be read, controls have names, focus is seen, nothing jumps. */
import type { Page } from '@playwright/test'
import { mnistFolder } from '../mnist.ts'
import { expect, test } from './fixtures.ts'
import { hardToRead, withoutName } from './readable.ts'

const sizes = [
  { width: 1024, height: 700 },
  { width: 1600, height: 1000 },
]

async function expectReadable(page: Page, what: string): Promise<void> {
  expect(await hardToRead(page), what).toEqual([])
  expect(await withoutName(page), what).toEqual([])
}

test.use({ withMnist: true, contextOptions: { reducedMotion: 'reduce' } })

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('every view, drawer and menu can be read, and has names', async ({ page }) => {
      test.skip(mnistFolder === null, 'MNIST is not on this machine')
      test.slow()
      const open = async (address: string, ready: string): Promise<void> => {
        await page.evaluate((hash) => {
          location.hash = hash
        }, address)
        await expect(page.getByText(ready, { exact: true }).first()).toBeVisible()
      }
      await page.getByRole('heading', { level: 1 }).waitFor()
      for (const size of sizes) {
        await page.setViewportSize(size)
        const at = `${size.width} x ${size.height}`
        await open('/data', 'Training image 0, a five')
        await page.getByRole('button', { name: /^3: / }).click()
        await expectReadable(page, `images, ${at}`)
        await page.getByRole('radio', { name: 'Among others' }).check({ force: true })
        await expect(page.getByRole('table', { name: 'Distance to the average of each class' })).toBeVisible()
        await expectReadable(page, `among others, ${at}`)
        await page.getByRole('radio', { name: 'Numbers' }).check({ force: true })
        await page.getByRole('button', { name: 'All', exact: true }).click()
        await page.getByRole('button', { name: 'Data set: MNIST' }).click()
        await expect(page.getByRole('menuitemradio', { name: /^MNIST 70,000/ })).toBeChecked()
        await expectReadable(page, `menu, ${at}`)
        await page.keyboard.press('Escape')
        await open('/data/hand', 'The average of all eighty.')
        await expectReadable(page, `simulated hand, ${at}`)
        await open('/data/color', 'The picture')
        await expectReadable(page, `color picture, ${at}`)
        await open('/data/tensor', 'valid_x')
        await expectReadable(page, `tensor bench, ${at}`)
        await open('/data/add', 'Data sets')
        await expectReadable(page, `add data, ${at}`)
      }
    })
  })
}

test('every stop of the Tab key shows that it has the focus', async ({ page }) => {
  test.skip(mnistFolder === null, 'MNIST is not on this machine')
  for (const title of ['Images', 'Simulated hand', 'Color picture', 'Tensor bench']) {
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await page.getByRole('navigation', { name: 'Views of the data' }).getByRole('link', { name: title }).click()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    if (title === 'Images') await expect(page.getByRole('heading', { name: 'Training image 0, a five' })).toBeVisible()
    for (let stop = 0; stop < 24; stop += 1) {
      await page.keyboard.press('Tab')
      const unseen = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return null
        // Radio buttons and switches draw their ring on what stands for them.
        const drawn = [element, element.nextElementSibling, element.parentElement, element.closest('label')]
        const seen = drawn.some((each) => each !== null && getComputedStyle(each).outlineStyle !== 'none')
        return seen ? null : element.outerHTML.slice(0, 120)
      })
      expect(unseen, `${title}, stop ${stop + 1}`).toBeNull()
    }
  }
})

test('nothing on the Images view jumps while it loads', async ({ page }) => {
  test.skip(mnistFolder === null, 'MNIST is not on this machine')
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { readonly value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.getByRole('link', { name: 'Data', exact: true }).click()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Training image 0, a five' })).toBeVisible()
  await expect(page.getByTestId('image-grid')).toBeVisible()
  const sum = await page.evaluate(() =>
    (window as unknown as { readonly shifts: readonly number[] }).shifts.reduce((total, value) => total + value, 0),
  )
  // A good page has less than 0.1 (web.dev/cls).
  expect(sum).toBeLessThan(0.02)
})
