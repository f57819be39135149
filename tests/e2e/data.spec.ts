/** The Data page: the sets that are here, their images, one image as numbers, and what is said of damaged files. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { mnistFolder } from '../mnist.ts'
import { expect, test } from './fixtures.ts'

const grid = (page: Page) => page.getByTestId('image-grid')
const numbers = (page: Page) => page.getByRole('table', { name: /as numbers/ })

async function openData(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Data' }).click()
  await expect(page.getByRole('heading', { name: 'What is in the data?' })).toBeVisible()
}

test.describe('with the built-in digits alone', () => {
  test('the digits are written once, and then browsed by class, key and index', async ({ page }) => {
    test.slow()
    await openData(page)
    await expect(page.getByRole('status').first()).toContainText('70,000 handwritten digits')
    await expect(grid(page)).toBeVisible({ timeout: 90_000 })
    await expect(page.getByRole('heading', { name: /^Training image 0, an? / })).toBeVisible()
    await expect(page.getByText(/of 784/)).toBeVisible()

    const counts = await page.getByRole('group', { name: 'Show only one class' }).getByRole('button').all()
    expect(counts).toHaveLength(11)
    let sum = 0
    for (const button of counts.slice(1)) {
      const name = (await button.getAttribute('aria-label')) ?? ''
      sum += Number(name.split(': ')[1]?.replaceAll(',', ''))
    }
    expect(sum).toBe(60_000)

    await page.getByRole('button', { name: /^8: / }).click()
    await expect(page.getByRole('heading', { name: /^Training image \d+, an eight$/ })).toBeVisible()
    await page.getByRole('button', { name: 'All', exact: true }).click()

    await grid(page).focus()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('heading', { name: /^Training image 1, / })).toBeVisible()
    await page.keyboard.press('End')
    await expect(page.getByRole('heading', { name: /^Training image 59999, / })).toBeVisible()

    await page.keyboard.press('/')
    await page.keyboard.type('41234')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: /^Training image 41234, / })).toBeVisible()
    await page.getByRole('radio', { name: /^Test\s10,000$/ }).check({ force: true })
    await expect(page.getByRole('heading', { name: /^Test image 0, / })).toBeVisible()
  })

  test('the drawer says where the files of MNIST belong', async ({ page, inkling }) => {
    await openData(page)
    await page.getByRole('button', { name: 'Add data…' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('MNIST from its own files').click()
    await expect(drawer.getByText('t10k-labels-idx1-ubyte.gz')).toBeVisible()
    await expect(drawer.getByText(join(inkling.dataDirectory, 'mnist'), { exact: true })).toBeVisible()
    await expect(drawer.getByText('INKLING_DATASETS')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()
  })

  test('a damaged file is told with its code, and the built-in digits go on working', async ({ page, inkling }) => {
    const folder = join(inkling.dataDirectory, 'mnist')
    await mkdir(folder, { recursive: true })
    const labels = Buffer.alloc(8 + 10)
    labels.writeUInt32BE(0x801)
    labels.writeUInt32BE(10, 4)
    const images = Buffer.alloc(16 + 784 * 4)
    images.writeUInt32BE(0x803)
    images.writeUInt32BE(10, 4)
    images.writeUInt32BE(28, 8)
    images.writeUInt32BE(28, 12)
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), labels)
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), images)

    await openData(page)
    await page.getByRole('button', { name: /^Data set: / }).click()
    await page.getByRole('menuitemradio', { name: /^MNIST damaged/ }).click()
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('dataset/truncated')
    // A banner leaves the height to the page, at the smallest size too.
    await page.setViewportSize({ width: 1024, height: 700 })
    expect((await alert.boundingBox())?.height).toBeLessThan(100)
    await expect(alert).toContainText('10')
    await alert.getByRole('button', { name: 'Use the built-in digits' }).click()
    await expect(alert).toBeHidden()
    await expect(page.getByRole('button', { name: 'Data set: Inkling Synthetic' })).toBeVisible()
  })
})

test.describe('with MNIST', () => {
  test.use({ withMnist: true })

  test("the book's sample three shows the book's numbers", async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await page.setViewportSize({ width: 1600, height: 1000 })
    await openData(page)
    await expect(page.getByRole('button', { name: 'Data set: MNIST', exact: true })).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('10000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Training image 10000, a three' })).toBeVisible()
    const row = await numbers(page).locator('tbody tr').nth(6).locator('td').allInnerTexts()
    expect(row.slice(4, 10)).toEqual(['0', '0', '0', '48', '166', '224'])
    await expect(page.getByText('620 of 784')).toBeVisible()
    await expect(page.getByText('36.31')).toBeVisible()
    await expect(page.getByRole('button', { name: '5: 5,421' })).toBeVisible()
  })

  test('at a small size the part around the ink is shown, and can be moved', async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await page.setViewportSize({ width: 1024, height: 700 })
    await openData(page)
    await expect(numbers(page).locator('tbody tr')).toHaveCount(13)
    const part = page.getByRole('button', { name: /^Part shown: / })
    const before = await part.getAttribute('aria-label')
    await part.focus()
    await page.keyboard.press('ArrowDown')
    await expect(part).not.toHaveAttribute('aria-label', before ?? '')
  })

  test('both halves are one grid of 70,000, in any order, and one image is told among all', async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await openData(page)
    await page.getByRole('radio', { name: 'Both' }).check({ force: true })
    await expect(page.getByRole('grid', { name: 'All images of MNIST, 70,000' })).toBeVisible()
    await expect(page.getByRole('button', { name: '5: 6,313' })).toBeVisible()
    await grid(page).focus()
    await page.keyboard.press('End')
    await expect(page.getByRole('heading', { name: 'Test image 9999, a six' })).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('60,000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Test image 0, a seven' })).toBeVisible()

    await page.getByRole('button', { name: 'Order: In order' }).click()
    await page.getByRole('menuitemradio', { name: 'Most ink' }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByText('First those with the largest mean')).toBeVisible()
    // NumPy: images.reshape(70000, 784).mean(1) is largest, 101.38, for training image 41358, a zero.
    await expect(page.getByRole('heading', { name: 'Training image 41358, a zero' })).toBeVisible()

    await page.getByRole('radio', { name: 'Among others' }).check({ force: true })
    const distances = page.getByRole('table', { name: 'Distance to the average of each class' })
    await expect(distances.getByRole('row')).toHaveCount(10)
    await expect(page.getByText('No other image of MNIST is equal to it.')).toBeVisible()

    // An index that is searched for is found in the present order.
    await page.keyboard.press('/')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('10000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Training image 10000, a three' })).toBeVisible()
    await expect(page.getByText('First those with the largest mean')).toBeVisible()
    await page.getByRole('button', { name: 'Order: Most ink' }).click()
    await page.getByRole('menuitemradio', { name: 'Lookalikes' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^4: / }).click()
    await page.getByRole('combobox', { name: 'Class that they look like' }).click()
    await page.getByRole('option', { name: 'a 9' }).click()
    const shown = page.getByRole('heading', { name: /^(Training|Test) image \d+, a four$/ })
    await expect(shown).toBeVisible()
    await expect(
      page.getByText('It is nearer to the average of a nine than to the average of its own class'),
    ).toBeVisible()
    await page.getByRole('button', { name: 'All', exact: true }).click()

    await page.getByRole('button', { name: 'Show all images in order' }).click()
    await expect(page.getByRole('heading', { name: 'Training image 0, a five' })).toBeVisible()

    await page.getByRole('button', { name: /^Order: / }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Only those that occur twice' }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByText('No image occurs twice')).toBeVisible()
    await page.getByRole('button', { name: 'Show all images', exact: true }).click()
    await expect(grid(page)).toBeVisible()
  })

  test('the keyboard opens an image and goes back to the grid; a screen reader hears place and number', async ({
    page,
  }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await openData(page)
    await grid(page).focus()
    await page.keyboard.press('ArrowDown')
    const cell = page.getByRole('gridcell', { selected: true })
    await expect(cell).toHaveText(/^Training image \d+, an? \w+, \d+ of 60,000$/)
    const columns = Number(await grid(page).getAttribute('aria-colcount'))
    expect(columns).toBeGreaterThan(5)
    expect(Number(await grid(page).getAttribute('aria-rowcount'))).toBe(Math.ceil(60_000 / columns))
    await expect(page.getByRole('heading', { name: new RegExp(`^Training image ${columns}, `) })).toBeVisible()
    await expect(grid(page)).toHaveAttribute('aria-activedescendant', (await cell.getAttribute('id')) ?? '')
    await page.keyboard.press('Enter')
    await expect(grid(page)).not.toBeFocused()
    await page.keyboard.press('Escape')
    await expect(grid(page)).toBeFocused()
    await page.keyboard.press('Home')
    await expect(page.getByRole('heading', { name: 'Training image 0, a five' })).toBeVisible()
  })

  test('a set of which one half is here stands once in the drawer, with what it lacks and the way to get it', async ({
    page,
  }) => {
    test.skip(
      mnistFolder === null || !existsSync(join(mnistFolder, '..', 'fashion-mnist')),
      'Fashion-MNIST is not here',
    )
    await openData(page)
    await page.getByRole('button', { name: 'Add data…' }).click()
    const rows = page
      .getByRole('list', { name: 'Data sets' })
      .getByRole('listitem')
      .filter({ hasText: 'Fashion-MNIST' })
    await expect(rows).toHaveCount(1)
    await expect(rows).toContainText('10,000 test images, no training images')
    await expect(rows.getByRole('button', { name: 'Download: Fashion-MNIST' })).toBeVisible()
    await rows.getByRole('button', { name: 'Show Fashion-MNIST' }).click()
    await expect(page.getByRole('heading', { name: 'Test image 0, Ankle boot' })).toBeVisible()
    // The averages need both halves, and say so in the same menu.
    await page.getByRole('link', { name: 'Averages' }).click()
    await page.getByRole('button', { name: 'Data set: MNIST', exact: true }).click()
    await expect(page.getByRole('menuitemradio', { name: 'Fashion-MNIST one half only' })).toBeDisabled()
    await expect(page.getByRole('menuitemradio', { name: 'MNIST 70,000' })).toBeChecked()
    await page.getByRole('menuitemradio', { name: 'MNIST sample 14,434' }).click()
    await expect(page.getByRole('button', { name: 'Data set: MNIST sample' })).toBeVisible()
  })

  test('when the engine dies the images stay, it is told once, and they go on', async ({ page, inkling }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await page.setViewportSize({ width: 1024, height: 700 })
    await openData(page)
    await expect(page.getByRole('heading', { name: 'Training image 0, a five' })).toBeVisible()
    await inkling.killEngine()
    const notice = page.getByRole('status').filter({ hasText: 'The engine stopped' })
    await expect(notice).toBeVisible()
    await grid(page).focus()
    await page.keyboard.press('End')
    await expect(notice).toContainText('The engine stopped and was restarted.')
    await expect(page.getByRole('heading', { name: 'Training image 59999, an eight' })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
    const box = await notice.boundingBox()
    expect(box?.height).toBeLessThanOrEqual(40)
  })

  test('what is known of the set stands in a drawer', async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await openData(page)
    await page.getByRole('button', { name: 'About MNIST' }).click()
    const drawer = page.getByRole('dialog', { name: 'About MNIST' })
    const row = drawer.getByRole('row', { name: /^5 / })
    await expect(row).toContainText('5,421')
    await expect(row).toContainText('892')
    await expect(drawer.getByText('no two images are equal')).toBeVisible()
  })
})
