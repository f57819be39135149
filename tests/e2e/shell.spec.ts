/** The page opens through its door, keeps its token, and is refused without one. */
import { expect, test } from './fixtures.ts'

test('the page opens by the printed address and can be reloaded', async ({ page }) => {
  await expect(page).toHaveTitle(/Inkling/)
  await expect(page.getByRole('navigation')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('navigation')).toBeVisible()
})

test('a page without the token is told what to do', async ({ inkling, browser }) => {
  test.skip(inkling.address === null, 'the Electron window has no token')
  const page = await browser.newPage()
  await page.goto(new URL('/', inkling.address ?? '').href)
  await expect(page.getByText('Open the address that Inkling printed')).toBeVisible()
  await page.close()
})
