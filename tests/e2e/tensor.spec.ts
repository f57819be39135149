/** The tensor bench, slices of an image, and the color picture: what the Data page has for the chapter's tensors. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import type { Page } from '@playwright/test'
import { examples } from '../../renderer/pages/data/tensor-bench/examples.ts'
import { mnistFolder } from '../mnist.ts'
import { expect, test } from './fixtures.ts'

async function openView(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Data', exact: true }).click()
  await page.getByRole('navigation', { name: 'Views of the data' }).getByRole('link', { name: title }).click()
}

const field = (page: Page) => page.getByRole('textbox', { name: 'Expression, as in the chapter' })
const newest = (page: Page) => page.getByRole('list', { name: 'Results, newest first' }).locator(':scope > li').first()

async function run(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Control+Enter')
  await expect(newest(page).locator('pre').first()).toHaveText(text)
  await expect(newest(page).getByText('Computing')).toHaveCount(0)
}

test.describe('the tensor bench', () => {
  test('shows values, shapes and ranks, and keeps names', async ({ page }) => {
    await openView(page, 'Tensor bench')
    await run(page, 'x = torch.arange(1,10).view(3,3)\n(x*2)[1:,1:]')
    await expect(newest(page)).toContainText('tensor([[10, 12],')
    await expect(newest(page)).toContainText('shape [2, 2]')
    await expect(newest(page)).toContainText('rank 2')
    await expect(page.getByRole('status').first()).toContainText('The shape is [2, 2]: rank 2')
    await expect(page.getByRole('region', { name: 'Given here' }).getByRole('button', { name: /^x/ })).toBeVisible()
    await run(page, 'x.sum()')
    await expect(newest(page)).toContainText('tensor(45)')

    await field(page).fill('')
    await field(page).press('ArrowUp')
    await field(page).press('ArrowUp')
    await expect(field(page)).toHaveValue('x = torch.arange(1,10).view(3,3)\n(x*2)[1:,1:]')

    await page.getByRole('button', { name: 'Start over' }).click()
    await expect(page.getByText('Results appear here')).toBeVisible()
    await run(page, 'x')
    await expect(newest(page).getByRole('alert')).toContainText('There is no x here')
  })

  test('before anything was run, the examples of the chapter stand there to begin with', async ({ page }) => {
    await openView(page, 'Tensor bench')
    const list = page.getByRole('list', { name: 'Examples of the chapter' })
    await expect(list.getByRole('button')).toHaveCount(examples.length)
    await list.getByRole('button', { name: /^Broadcasting/ }).click()
    await expect(newest(page)).toContainText('tensor([[11, 21, 31],')
    await expect(field(page)).toHaveValue(/^column = tensor/)
  })

  test('draws which axes are stretched', async ({ page }) => {
    await openView(page, 'Tensor bench')
    await run(page, 'torch.zeros(1010,28,28) - torch.ones(28,28)')
    const figure = newest(page).getByRole('figure')
    await expect(figure.getByRole('row', { name: /^left/ })).toHaveText('left10102828')
    await expect(figure.getByRole('row', { name: /^right/ })).toContainText('none')
    await expect(figure.locator('[data-stretched]')).toHaveCount(1)
    await expect(figure).toContainText('stretched along axis 0: it is used 1,010 times')
  })

  test('marks the place of a mistake and says what to do', async ({ page }) => {
    await openView(page, 'Tensor bench')
    await run(page, 'a = tensor([1,2,3])\na + tensor([1,2])')
    const alert = newest(page).getByRole('alert')
    await expect(alert.locator('mark')).toHaveText('+')
    await expect(alert).toContainText('Line 2, column 3.')
    await expect(alert).toContainText('tensor/shape-mismatch')
    await run(page, 'stakc([a, a])')
    await expect(newest(page).getByRole('alert')).toContainText('Did you mean stack?')
    await run(page, 'a.mean()')
    await expect(newest(page).getByRole('alert')).toContainText('.float()')
    // The bench goes on.
    await run(page, 'a.float().mean()')
    await expect(newest(page)).toContainText('tensor(2.)')
  })

  test('gradients are those of the chapter', async ({ page }) => {
    await openView(page, 'Tensor bench')
    await page.getByRole('button', { name: 'Examples' }).click()
    await page.getByRole('menuitem', { name: 'A gradient' }).click()
    await expect(newest(page)).toContainText('tensor(125., grad_fn=<SumBackward0>)')
    await expect(newest(page)).toContainText('tensor([ 6.,  8., 20.])')
  })

  test('fits the smallest window', async ({ page }) => {
    await page.setViewportSize({ width: 1024, height: 700 })
    await openView(page, 'Tensor bench')
    await run(page, 'torch.randn(40,40)\ntorch.zeros(5,1) + torch.zeros(4)')
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  })
})

test.describe('with MNIST', () => {
  test.use({ withMnist: true })

  test('every example runs without a mistake', async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    test.slow()
    await openView(page, 'Tensor bench')
    for (const { title, text } of examples) {
      await page.getByRole('button', { name: 'Examples' }).click()
      await page.getByRole('menuitem', { name: title, exact: true }).click()
      await expect(newest(page).locator('pre').first()).toHaveText(text)
      await expect(newest(page).getByText('Computing')).toHaveCount(0, { timeout: 30_000 })
      await expect(newest(page).getByRole('alert'), title).toHaveCount(0)
    }
    const entries = page.getByRole('list', { name: 'Results, newest first' })
    await expect(entries.getByText('(tensor(0.9168), tensor(0.9854), tensor(0.9511))')).toBeVisible()
    await expect(entries.getByText('(tensor(0.1114), tensor(0.2021))')).toBeVisible()
    await expect(entries.getByText('torch.Size([1010, 28, 28])')).toBeVisible()
    await expect(entries.getByRole('img', { name: 'Picture of 28 x 28 values' }).first()).toBeVisible()
  })

  test("the chapter's slice of the sample three, typed and dragged", async ({ page }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    await page.setViewportSize({ width: 1600, height: 1000 })
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await expect(page.getByRole('heading', { name: /^Training image 0, / })).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('10000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Training image 10000, a three' })).toBeVisible()
    const slice = page.getByRole('textbox', { name: 'Slice' })
    await slice.fill('[4:10,4:10]')
    await expect(page.getByText('18 of 36')).toBeVisible()
    // The window of the app lets nobody read the clipboard, a spec no more than a page.
    if (test.info().project.name === 'browser') {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      const copy = page.getByRole('button', { name: 'Copy the slice as text' })
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
      const numbers =
        '[[  0,   0,   0,   0,   0,   0],\n [  0,   0,   0,   0,   0,  29],\n [  0,   0,   0,  48, 166, 224],\n [  0,  93, 244, 249, 253, 187],\n [  0, 107, 253, 253, 230,  48],\n [  0,   3,  20,  20,  15,   0]]'
      await copy.click()
      await expect.poll(clipboard).toBe(numbers)
      // As in the window of the app, which grants no permissions.
      await page.evaluate(async () => {
        await navigator.clipboard.writeText('')
        navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
      })
      await copy.click()
      await expect.poll(clipboard).toBe(numbers)
    }
    await slice.fill('[4:10,4:x]')
    await expect(page.getByText('Write it like [4:10,4:10]')).toBeVisible()

    const cell = (row: number, column: number) => page.locator(`td[data-row="${row}"][data-column="${column}"]`)
    await cell(9, 9).hover()
    await page.mouse.down()
    await cell(4, 4).hover()
    await page.mouse.up()
    await expect(slice).toHaveValue('[4:10, 4:10]')
    await expect(page.getByText('18 of 36')).toBeVisible()
    await slice.press('Escape')
    await expect(slice).toHaveValue('')
    await expect(page.getByText('620 of 784')).toBeVisible()
  })
})

test.describe('the color picture', () => {
  test('numbers are changed by keys, taken back, and a table is switched off', async ({ page }) => {
    await openView(page, 'Color picture')
    await expect(page.getByRole('status').first()).toContainText('its shape is [16, 16, 3]')
    const red = page.getByRole('grid', { name: /^Red/ })
    await red.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.type('255')
    await expect(red.getByRole('gridcell', { selected: true })).toHaveText(['255', '255', '255', '255'])
    await expect(page.getByText(/^Its first pixel: 255, /)).toBeVisible()
    const shown = () =>
      page.getByRole('img', { name: 'The picture that the three tables add up to' }).evaluate((canvas) => {
        const [r = 0, g = 0, b = 0] = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(1, 0, 1, 1).data
        return [r, g, b]
      })
    const [changed = 0, green = 0, blue = 0] = await shown()
    expect(changed).toBe(255)
    await page.keyboard.press('Control+z')
    expect((await shown())[0]).toBeLessThan(255)

    await page.getByRole('switch', { name: 'Red gives light' }).click({ force: true })
    await expect(page.getByRole('status').first()).toContainText('without red')
    expect(await shown()).toEqual([0, green, blue])
    await page.keyboard.press('Control+z')
    await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
  })

  test('a pixel is mixed by its three values, and the tables fill a large window with cells as square as pixels', async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1600, height: 1000 })
    await openView(page, 'Color picture')
    const cell = page
      .getByRole('grid', { name: /^Green/ })
      .getByRole('gridcell')
      .first()
    const mixed = page.getByText(/^This pixel: /)
    await expect(mixed).toHaveText('This pixel: 90, 120, 200')
    await page.getByRole('textbox', { name: 'Green of row 0, column 0' }).fill('255')
    await expect(cell).toHaveText('255')
    await expect(cell).toHaveCSS('color', 'rgb(0, 0, 0)')
    await page.getByRole('slider', { name: 'Red of row 0, column 0, as a slider' }).focus()
    await page.keyboard.press('End')
    await expect(mixed).toHaveText('This pixel: 255, 255, 200')
    await expect(page.getByRole('grid', { name: /^Red/ }).getByRole('gridcell').first()).toHaveCSS('color', 'rgb(255, 255, 255)') // prettier-ignore
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(mixed).toHaveText('This pixel: 90, 255, 200')

    await expect(page.getByRole('grid', { name: /^Red/ }).getByRole('gridcell')).toHaveCount(256)
    const box = await cell.boundingBox()
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeGreaterThan(0.8)
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeLessThan(1.25)
    const bottom = await page.getByRole('region', { name: 'One pixel' }).evaluate((panel) => panel.getBoundingClientRect().bottom) // prettier-ignore
    expect(bottom).toBeGreaterThan(950)
  })

  test("a picture of one's own becomes three tables, and a damaged one is told", async ({ page }) => {
    const folder = await mkdtemp(join(tmpdir(), 'inkling-picture-'))
    const data = new Uint8Array(64 * 32 * 3)
    for (let index = 0; index < 64 * 32; index += 1) data.set([index % 64 < 32 ? 255 : 0, 40, 200], index * 3)
    await writeFile(join(folder, 'halves.png'), encode({ width: 64, height: 32, data, channels: 3 }))
    await writeFile(join(folder, 'broken.png'), 'no picture')
    await openView(page, 'Color picture')
    const input = page.getByLabel('A picture file, PNG or JPEG')
    await input.setInputFiles(join(folder, 'halves.png'))
    await expect(page.getByRole('status').first()).toContainText('its shape is [8, 16, 3]')
    const first = (name: RegExp) => page.getByRole('grid', { name }).getByRole('gridcell').first()
    await expect(first(/^Red/)).toHaveText('255')
    await expect(first(/^Green/)).toHaveText('40')
    await expect(first(/^Blue/)).toHaveText('200')
    await input.setInputFiles(join(folder, 'broken.png'))
    await expect(page.getByRole('alert')).toContainText('image/unreadable')
    await expect(first(/^Red/)).toHaveText('255')
    await page.getByRole('button', { name: 'Built-in picture' }).click()
    await expect(page.getByRole('status').first()).toContainText('its shape is [16, 16, 3]')
    await rm(folder, { recursive: true, force: true })
  })
})
