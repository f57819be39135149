/**
 * A picture of each page in both sizes and both schemes, in test-results/screenshots, for people to look at. With
 * INKLING_UPDATE_IMAGES=1 the pictures of README.md are made anew.
 */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../../main/scripts/root.ts'
import { expect, test } from './fixtures.ts'

const sizes = [
  { width: 1600, height: 1000 },
  { width: 1024, height: 700 },
]
const pages = ['draw', 'averages', 'data', 'train']

/** A three, as fractions of the canvas. */
const three = [
  [0.36, 0.3], [0.42, 0.23], [0.52, 0.2], [0.61, 0.24], [0.64, 0.32], [0.6, 0.41], [0.5, 0.46], [0.6, 0.5],
  [0.66, 0.59], [0.64, 0.7], [0.55, 0.78], [0.43, 0.78], [0.35, 0.72],
] as const // prettier-ignore

async function drawThree(page: Page): Promise<void> {
  const canvas = page
    .getByRole('img', { name: /canvas|draw/i })
    .or(page.locator('canvas'))
    .first()
  const box = await canvas.boundingBox()
  if (box === null) throw new Error('the canvas is not on the page')
  for (const [index, [x, y]] of three.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 })
    if (index === 0) await page.mouse.down()
  }
  await page.mouse.up()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, withMnist: true, viewport: { width: 1600, height: 1000 } })

    test('every page has its picture', async ({ page, inkling }) => {
      const base = new URL(page.url())
      await drawThree(page)
      await expect(page.getByTestId('answer-starter')).toHaveText('3')
      for (const id of pages) {
        await page.evaluate((hash) => {
          location.hash = hash
        }, `/${id}`)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        if (id === 'train') {
          for (const epoch of [1, 2, 3]) {
            await page.getByRole('button', { name: 'Epoch' }).click()
            await expect(page.getByText(`epoch ${epoch}:`)).toBeVisible()
            await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
          }
        }
        // MNIST's figures stand here once the averages are made.
        if (id === 'averages') await expect(page.getByText('0.8203').first()).toBeVisible()
        for (const size of sizes) {
          await page.setViewportSize(size)
          await expect(page.getByText('Loading')).toHaveCount(0)
          // Nothing may stick out of the window: pages do not scroll.
          await expect
            .poll(() => page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight))
            .toBeLessThanOrEqual(0)
          const file = join(
            root,
            'test-results',
            'screenshots',
            `${id}-${size.width}x${size.height}-${colorScheme}.png`,
          )
          await page.screenshot({ path: file })
          const shown = ['draw', 'train'].includes(id) && colorScheme === 'light' && size.width === 1600
          if (process.env.INKLING_UPDATE_IMAGES === '1' && shown && inkling.address !== null) {
            copyFileSync(file, join(root, 'docs', 'images', `${id}.png`))
          }
        }
      }
      expect(base.pathname).toBe('/')
    })
  })
}
