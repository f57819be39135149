/** What holds on every page: rail, keys, titles, color scheme. */
import { drawLines, leaveFirstStart, seven } from './canvas.ts'
import { mnistFolder } from '../mnist.ts'
import { expect, test } from './fixtures.ts'

test('keys open the pages, and the list of keys', async ({ page }) => {
  await expect(page).toHaveTitle('Draw - Inkling')
  const links = page.getByRole('navigation').getByRole('link')
  const names = await links.allInnerTexts()
  for (const [index, name] of names.entries()) {
    await page.keyboard.press(String(index + 1))
    await expect(page).toHaveTitle(`${name.trim()} - Inkling`)
  }
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await expect(dialog.getByText('Next region')).toBeVisible()
  await page.keyboard.press('1')
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('F6 goes from region to region', async ({ page }) => {
  // The page itself is loaded after the frame; until then there is no second region.
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('F6')
  await expect(page.getByRole('navigation')).toBeFocused()
  await page.keyboard.press('F6')
  await expect(page.getByRole('main')).toBeFocused()
})

test('the address names the page, and a reload stays on it', async ({ page }) => {
  await page.getByRole('link', { name: 'Data' }).click()
  await expect(page).toHaveURL(/#\/data$/)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'What is in the data?' })).toBeVisible()
})

test.describe('where the system is light', () => {
  test.use({ colorScheme: 'light' })

  test('the chosen color scheme is kept', async ({ page }) => {
    const root = page.locator('html')
    await expect(root).toHaveAttribute('data-mantine-color-scheme', 'light')
    await page.getByRole('button', { name: 'Theme: switch to dark' }).click()
    await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark')
    await page.reload()
    await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark')
    await page.getByRole('button', { name: 'Theme: switch to light' }).click()
    await expect(root).toHaveAttribute('data-mantine-color-scheme', 'light')
  })
})

test.describe('where the system is dark', () => {
  test.use({ colorScheme: 'dark' })

  test('the page is dark from the first paint', async ({ page }) => {
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  })
})

test('the page never scrolls, whatever the size', async ({ page }) => {
  for (const size of [
    { width: 1024, height: 700 },
    { width: 1280, height: 800 },
    { width: 1440, height: 848 },
    { width: 1600, height: 1000 },
  ]) {
    await page.setViewportSize(size)
    for (const link of await page.getByRole('navigation').getByRole('link').all()) {
      await link.click()
      await expect(page.locator('main h1')).toBeVisible()
      const overflow = await page.evaluate(() => ({
        x: document.documentElement.scrollWidth - innerWidth,
        y: (document.querySelector('main')?.scrollHeight ?? 0) - (document.querySelector('main')?.clientHeight ?? 0),
      }))
      expect(overflow, `${size.width} x ${size.height}`).toEqual({ x: 0, y: 0 })
    }
  }
})

test('when the engine dies, the page says so, keeps the drawing, and goes on', async ({ page, inkling }) => {
  await leaveFirstStart(page)
  await expect(page.getByTestId('answer-starter')).toHaveText('3')
  await inkling.killEngine()
  await expect(page.getByText('The engine stopped and was restarted.')).toBeVisible()
  await page.getByRole('button', { name: 'Clear' }).click()
  await drawLines(page, seven)
  await expect(page.getByTestId('answer-starter')).toHaveText('7')
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByText('The engine stopped and was restarted.')).toBeHidden()
})

test.describe('with MNIST', () => {
  test.use({ withMnist: true, viewport: { width: 1024, height: 700 } })

  test('what the end of the engine meant for a run is told by one banner alone', async ({ page, inkling }) => {
    test.skip(mnistFolder === null, 'MNIST is not on this machine')
    const notice = page.getByText('The engine stopped and was restarted.')
    await page.getByRole('link', { name: 'Train' }).click()
    await page.getByRole('textbox', { name: 'Epochs' }).fill('2000')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(page.getByText(/^epoch \d+:/).first()).toBeVisible()
    await inkling.killEngine()
    await expect(page.getByText('Run 1 was interrupted.')).toBeVisible()
    await expect(notice).toBeHidden()
    // Elsewhere the frame tells it, until somebody has decided.
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await expect(notice).toBeVisible()
    await page.getByRole('link', { name: 'Train' }).click()
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
    await expect(notice).toBeHidden()
  })
})
