/** Downloading MNIST with one click, from a mirror on 127.0.0.1 that can go wrong: progress, cancel, going on, and faults. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { mnistFolder } from '../mnist.ts'
import { Mirror, type Fault } from '../data/download/mirror.ts'
import { expect, test as base } from './fixtures.ts'

const IMAGES = 'train-images-idx3-ubyte.gz'

const test = base.extend<{ readonly mirror: Mirror }>({
  mirror: async ({ browserName: _browserName }, use) => {
    base.skip(mnistFolder === null, 'MNIST is not on this machine')
    const folder = mnistFolder ?? ''
    const names = (await readdir(folder)).filter((name) => name.endsWith('.gz'))
    const files = new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
    )
    const mirror = await Mirror.open(files)
    await use(mirror)
    await mirror.close()
  },
  environment: async ({ mirror }, use) => {
    await use({ INKLING_MIRRORS: mirror.origin, NO_PROXY: '127.0.0.1' })
  },
})

/** The large file comes at about 2 MB a second from where it is asked for. */
const slowly: Fault = ({ path, from, content }, response, next) => {
  if (!path.endsWith(IMAGES)) {
    next()
    return
  }
  const rest = content.subarray(from ?? 0)
  const range = `bytes ${from ?? 0}-${content.length - 1}/${content.length}`
  response.writeHead(from === null ? 200 : 206, {
    'Content-Length': rest.length,
    ...(from === null ? {} : { 'Content-Range': range }),
  })
  let sent = 0
  const timer = setInterval(() => {
    response.write(rest.subarray(sent, sent + 100_000))
    sent += 100_000
    if (sent < rest.length) return
    clearInterval(timer)
    response.end()
  }, 50)
  response.on('close', () => clearInterval(timer))
}

const offer = (page: Page) => page.getByRole('region', { name: 'Download MNIST' })

async function openDrawer(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('button', { name: 'Add data…' }).click()
  await expect(offer(page)).toBeVisible()
}

test('size, license and source are told; one click brings MNIST to every page without a reload', async ({
  page,
  mirror,
  inkling,
}) => {
  await openDrawer(page)
  await expect(offer(page)).toContainText('11.6 MB')
  await expect(offer(page)).toContainText('CC BY-SA 3.0')
  await expect(offer(page)).toContainText(new URL(mirror.origin).host)
  await offer(page).getByRole('button', { name: 'Download: MNIST' }).click()
  await expect(page.getByText('MNIST is here, on all pages.')).toBeVisible()
  await expect(offer(page)).toBeHidden()
  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('70,000 images', { exact: true })).toBeVisible()
  await drawer.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('button', { name: 'Data set: MNIST', exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Averages' }).click()
  await expect(page.getByText('0.8203').first()).toBeVisible()
  expect((await readdir(join(inkling.dataDirectory, 'mnist'))).toSorted()).toEqual([
    't10k-images-idx3-ubyte.gz',
    't10k-labels-idx1-ubyte.gz',
    'train-images-idx3-ubyte.gz',
    'train-labels-idx1-ubyte.gz',
  ])
})

test('a download shows its progress, can be cancelled, and goes on from there after a reload', async ({
  page,
  mirror,
  inkling,
}) => {
  mirror.fault = slowly
  await openDrawer(page)
  await offer(page).getByRole('button', { name: 'Download: MNIST' }).click()
  const bar = offer(page).getByRole('progressbar', { name: 'Downloading MNIST' })
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20)
  await expect(offer(page)).toContainText(/\d\.\d of 11\.6 MB|\d\.\d MB of 11\.6 MB/)
  await expect(offer(page)).toContainText(/MB\/s, \d+ s left/)

  // Who comes back finds it going on.
  await page.reload()
  await expect(bar).toBeVisible()
  await offer(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(offer(page)).toContainText(/MB of 11\.6 MB are here already/)
  expect(await readdir(inkling.dataDirectory)).not.toContain('mnist')

  mirror.fault = (_request, _response, next) => next()
  await offer(page).getByRole('button', { name: 'Go on: MNIST' }).click()
  await expect(page.getByText('MNIST is here, on all pages.')).toBeVisible()
  expect(mirror.asked.at(-1)).toMatch(/^train-images-idx3-ubyte\.gz from \d{6,}$/)
})

test('a mirror that fails is told with its reason, and trying again goes on', async ({ page, mirror }) => {
  mirror.fault = ({ path }, response, next) => {
    if (path.endsWith(IMAGES)) response.writeHead(404).end()
    else next()
  }
  await openDrawer(page)
  await offer(page).getByRole('button', { name: 'Download: MNIST' }).click()
  const alert = offer(page).getByRole('alert')
  await expect(alert).toContainText('MNIST could not be downloaded.')
  await expect(alert).toContainText('answered 404 Not Found')
  await expect(alert).toContainText('1.7 MB of 11.6 MB are here and kept')
  await expect(alert).toContainText('download/failed')
  mirror.fault = (_request, _response, next) => next()
  await alert.getByRole('button', { name: 'Go on: MNIST' }).click()
  await expect(page.getByText('MNIST is here, on all pages.')).toBeVisible()
  expect(mirror.asked.filter((asked) => asked.startsWith('t10k-images'))).toHaveLength(1)
})

test('the banner of the first start brings MNIST while one draws', async ({ page, mirror }) => {
  mirror.fault = slowly
  const banner = page.getByRole('status').filter({ hasText: 'MNIST' })
  await expect(banner).toContainText('11.6 MB under CC BY-SA 3.0')
  await banner.getByRole('button', { name: 'Download MNIST' }).click()
  await expect(banner).toContainText(/MNIST is coming\..*of 11\.6 MB are here, \d+ s left/)
  await expect(banner).toContainText('MNIST is here, and so are the built-in digits.')
})

test('a damaged set is downloaded again, and its files are moved aside', async ({ page, inkling }) => {
  const folder = join(inkling.dataDirectory, 'mnist')
  await mkdir(folder, { recursive: true })
  for (const name of ['t10k-labels-idx1-ubyte', 't10k-images-idx3-ubyte'])
    await writeFile(join(folder, name), 'damaged')
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('button', { name: /^Data set: / }).click()
  await page.getByRole('menuitemradio', { name: /^MNIST damaged/ }).click()
  await page.getByRole('alert').getByRole('button', { name: 'Download it again' }).click()
  await expect(page.getByText('MNIST is here, on all pages. What was there before lies in')).toBeVisible()
  await expect(page.getByRole('dialog').getByText('70,000 images', { exact: true })).toBeVisible()
  expect(await readdir(`${folder}-before-download`)).toHaveLength(2)
})

test.describe('when the engine ends in the middle', () => {
  test.use({ expectedErrors: ['engine'] })

  test('the next engine goes on with what came', async ({ page, mirror, inkling }) => {
    mirror.fault = slowly
    await openDrawer(page)
    await offer(page).getByRole('button', { name: 'Download: MNIST' }).click()
    const bar = offer(page).getByRole('progressbar')
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20)
    await inkling.killEngine()
    const goOn = offer(page).getByRole('button', { name: 'Go on: MNIST' })
    await expect(goOn).toBeVisible()
    mirror.fault = (_request, _response, next) => next()
    await goOn.click()
    await expect(page.getByText('MNIST is here, on all pages.')).toBeVisible()
    expect(mirror.asked.at(-1)).toMatch(/ from \d{6,}$/)
  })
})
