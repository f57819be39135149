/** Every way in and out of the Data page, with real files: chosen, dropped, imported, shown, exported, removed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { unzipSync } from 'fflate'
import { imageAt, type ImageSet } from '../../data/image-set.ts'
import { csvOf, digits, filesOf, formulaSet, parquetOf, tgzOf, writeFiles, zipOf } from '../data/import/samples.ts'
import { expect, test as base } from './fixtures.ts'

const set = formulaSet()
const whole = { classes: digits, halves: { train: set, test: null } }

/** A folder of its own for each test. */
const test = base.extend<{ readonly folder: string }>({
  folder: async ({ browserName: _browserName }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'inkling-files-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
})
test.use({ withMnist: true })

const dialog = (page: Page) => page.getByRole('dialog', { name: /^Import/ })

async function openDrawer(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Data', exact: true }).click()
  await page.getByRole('button', { name: 'Add data…' }).click()
}

async function choose(
  page: Page,
  button: 'Choose files…' | 'Choose a folder…',
  paths: string | string[],
): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: button }).click()
  await (await chooser).setFiles(paths)
}

/** Drops files and folders as the system does, which a page cannot imitate by itself. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data })
    if (type === 'dragOver') await expect(page.getByText('Drop to import')).toBeVisible()
  }
}

async function importAs(page: Page, name: string): Promise<void> {
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill(name)
  // A part is put aside unless that is changed.
  await dialog(page).getByRole('combobox', { name: 'Test images, if the source has none' }).click()
  await page.getByRole('option', { name: 'None' }).click()
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
}

function mean(of: ImageSet, index: number): string {
  return (imageAt(of, index).reduce((sum, value) => sum + value, 0) / 784).toFixed(2)
}

/** The set is shown, and its images are those that went in. */
async function expectImages(page: Page): Promise<void> {
  await dialog(page).getByRole('button', { name: 'Show the images' }).click()
  await expect(dialog(page)).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Training image 0, a three' })).toBeVisible()
  await expect(page.getByText(mean(set, 0))).toBeVisible()
  await page.getByTestId('image-grid').focus()
  await page.keyboard.press('End')
  await expect(page.getByRole('heading', { name: 'Training image 5, a nine' })).toBeVisible()
  await expect(page.getByText(mean(set, 5))).toBeVisible()
}

const ways = [
  {
    way: 'a zip archive',
    words: /^A zip archive, [\d.]+ kB\.$/,
    files: { 'digits.zip': zipOf(filesOf(whole, 'folder')) },
  },
  {
    way: 'a packed tar archive',
    words: /^A tar archive, packed, [\d.]+ kB\.$/,
    files: { 'digits.tgz': tgzOf(filesOf(whole, 'folder')) },
  },
  {
    way: 'a CSV table',
    words: /^A table \(CSV\) without a line of names, [\d.]+ kB\.$/,
    files: { 'digits.csv': csvOf(set) },
  },
  { way: 'a Parquet table', words: /^A Parquet table, [\d.]+ kB\.$/, files: { 'digits.parquet': parquetOf(set) } },
  {
    way: 'IDX files',
    words: /^2 IDX files, [\d.]+ kB\.$/,
    files: Object.fromEntries(filesOf(whole, 'idx').map(({ path, bytes }) => [path, bytes])),
  },
] as const

test.describe('the ways in', () => {
  for (const { way, words, files } of ways) {
    test(`${way}, chosen`, async ({ page, folder }) => {
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
      await openDrawer(page)
      await choose(
        page,
        'Choose files…',
        Object.keys(files).map((name) => join(folder, name)),
      )
      await expect(dialog(page).getByText(words)).toBeVisible()
      await importAs(page, 'mine')
      await expect(dialog(page).getByText('6 images from')).toBeVisible()
      await expectImages(page)
      await expect(page.getByRole('button', { name: /^Data set: / })).toBeVisible()
    })
  }

  test('a folder, chosen, with files that are no pictures: those are told', async ({ page, folder }) => {
    const files = filesOf(whole, 'folder')
    const broken = { path: 'train/7/broken.png', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0) }
    await writeFiles(join(folder, 'my digits'), [...files, broken])
    await openDrawer(page)
    await choose(page, 'Choose a folder…', join(folder, 'my digits'))
    await expect(dialog(page).getByText(/^A folder with 7 pictures in \d class folders, train, /)).toBeVisible()
    await expect(dialog(page).getByRole('textbox', { name: 'Name' })).toHaveValue('my-digits')
    await importAs(page, 'mine')
    await expect(dialog(page).getByText('6 images from my digits.')).toBeVisible()
    await expect(dialog(page).getByText('1 left out')).toBeVisible()
    await expect(dialog(page).getByText('such as my digits/train/7/broken.png')).toBeVisible()
    await expectImages(page)
  })

  test('a folder, dropped', async ({ page, folder }) => {
    await writeFiles(join(folder, 'digits'), filesOf(whole, 'folder'))
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await expect(page.getByTestId('image-grid')).toBeVisible({ timeout: 90_000 })
    await drop(page, [join(folder, 'digits')])
    await expect(dialog(page).getByText(/^A folder with 6 pictures in 5 class folders, train, /)).toBeVisible()
    await importAs(page, 'dropped')
    await expect(dialog(page).getByText('6 images from digits.')).toBeVisible()
    await expectImages(page)
    await expect(page.getByRole('button', { name: 'Data set: digits' })).toBeVisible()
  })

  test('files that are dropped on a page that takes none do not lead away from it', async ({ page }) => {
    await page.getByRole('link', { name: 'Averages' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    // A drop that nobody prevents opens the file in place of the page.
    const unhandled = await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['3,0,0'], 'digits.csv'))
      return ['dragover', 'drop'].filter((type) =>
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer })),
      )
    })
    expect(unhandled).toEqual([])
  })

  test('a table whose labels stand in a named column', async ({ page, folder }) => {
    const names = [...Array.from({ length: 784 }, (_, pixel) => `pixel${pixel}`), 'writer', 'digit']
    const rows = Array.from(set.labels, (label, index) => [...imageAt(set, index), 100 + index, label].join(','))
    await writeFile(join(folder, 'table.csv'), `${[names.join(','), ...rows].join('\n')}\n`)
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'table.csv'))
    await expect(dialog(page).getByText(/with 786 named columns/)).toBeVisible()
    await dialog(page).getByRole('combobox', { name: 'Column of the labels' }).click()
    await expect(page.getByRole('option')).toHaveText(['Found by its name or its values', 'writer', 'digit'])
    await page.getByRole('option', { name: 'digit' }).click()
    await importAs(page, 'table')
    await expect(dialog(page).getByText('6 images from table.csv.')).toBeVisible()
    await expectImages(page)
  })

  test('what is damaged is told with its code, and nothing is kept', async ({ page, folder }) => {
    const zip = zipOf(filesOf(whole, 'folder'))
    await writeFile(join(folder, 'torn.zip'), zip.subarray(0, zip.length - 40))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'torn.zip'))
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByRole('alert')).toContainText('import/bad-archive')
    await dialog(page).getByRole('button', { name: 'Close' }).last().click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Data set: / }).click()
    await expect(page.getByRole('menuitemradio', { name: /torn/ })).toHaveCount(0)
  })

  test('what no setting can help is told alone', async ({ page, folder }) => {
    await writeFile(join(folder, 'mnist.pkl'), Buffer.from([0x80, 4, 0x95, 0, 0, 0]))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'mnist.pkl'))
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByRole('alert')).toContainText('mnist.pkl is a Python pickle')
    await expect(dialog(page).getByRole('textbox')).toHaveCount(0)
    await expect(dialog(page).getByRole('button', { name: 'Close' }).last()).toBeFocused()
  })

  test('of too many classes up to ten are chosen, and a part of them is put aside as test images', async ({
    page,
    folder,
  }) => {
    const [{ bytes } = { bytes: new Uint8Array() }] = filesOf(whole, 'folder')
    const letters = Array.from('ABCDEFGHIJKLM')
    const pictures = letters.flatMap((letter) =>
      Array.from({ length: 5 }, (_, at) => ({ path: `letters/${letter}/${at}.png`, bytes })),
    )
    await writeFile(join(folder, 'letters.zip'), zipOf(pictures))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'letters.zip'))
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByRole('alert')).toContainText('letters.zip has 13 classes')
    await expect(dialog(page).getByText('Classes, up to 10 of 13')).toBeVisible()
    await dialog(page).getByRole('button', { name: 'Import again' }).click()
    await expect(dialog(page).getByText('50 images from letters.zip.')).toBeVisible()
    await expect(dialog(page).getByText('Test images, 20 % put aside')).toBeVisible()
    await expect(dialog(page).getByText('15 images of other classes were left out')).toBeVisible()
  })

  test('an import that failed is tried again with other settings, without sending the files once more', async ({
    page,
    folder,
  }) => {
    await writeFile(join(folder, 'digits.parquet'), parquetOf(set))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'digits.parquet'))
    const labels = dialog(page).getByRole('textbox', { name: 'Column of the labels' })
    await labels.fill('nonsense')
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByRole('alert')).toContainText('nonsense')
    await expect(labels).toHaveValue('nonsense')
    // What is on disk now is no data set any more.
    await writeFile(join(folder, 'digits.parquet'), 'something else')
    await labels.fill('label')
    await dialog(page).getByRole('button', { name: 'Import again' }).click()
    await expect(dialog(page).getByText('6 images from digits.parquet.')).toBeVisible()
    await expectImages(page)
  })

  test.describe('when the engine ends in the middle', () => {
    test.use({ expectedErrors: ['engine/crashed'] })

    test('nothing is kept, that is told, and it can be begun again', async ({ page, folder, inkling }) => {
      const [line = ''] = new TextDecoder().decode(csvOf(set)).split('\n')
      await writeFile(join(folder, 'long.csv'), `${line}\n`.repeat(30_000))
      await openDrawer(page)
      await choose(page, 'Choose files…', join(folder, 'long.csv'))
      await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
      // 57 MB are handed over first, which takes its time on a busy machine.
      await expect(dialog(page).getByText('Reading long.csv')).toBeVisible({ timeout: 60_000 })
      await inkling.killEngine()
      await expect(dialog(page).getByRole('alert')).toContainText('engine/crashed')
      await dialog(page).getByRole('button', { name: 'Import again' }).click()
      await expect(dialog(page).getByText('30,000 images from long.csv.')).toBeVisible({ timeout: 90_000 })
    })
  })

  test('a page that is opened anew tells of what is still being imported, and of its end', async ({ page, folder }) => {
    const [line = ''] = new TextDecoder().decode(csvOf(set)).split('\n')
    await writeFile(join(folder, 'long.csv'), `${line}\n`.repeat(30_000))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'long.csv'))
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByText('Reading long.csv')).toBeVisible({ timeout: 60_000 })
    await page.reload()
    await expect(page.getByText(/^long\.csv is imported: 30,000 images, as long\.$/)).toBeVisible({ timeout: 60_000 })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Data set: / }).click()
    await expect(page.getByRole('menuitemradio', { name: /long\.csv/ })).toBeVisible()
  })

  test('an import can be cancelled, and begun again', async ({ page, folder }) => {
    const [line = ''] = new TextDecoder().decode(csvOf(set)).split('\n')
    await writeFile(join(folder, 'long.csv'), `${line}\n`.repeat(12_000))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'long.csv'))
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await expect(dialog(page).getByRole('button', { name: 'Import', exact: true })).toBeVisible()
    await expect(dialog(page).getByRole('alert')).toBeHidden()
    await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog(page).getByText('12,000 images from long.csv.')).toBeVisible({ timeout: 60_000 })
  })
})

test.describe('the ways out', () => {
  async function importDigits(page: Page, folder: string): Promise<void> {
    await writeFile(join(folder, 'digits.zip'), zipOf(filesOf(whole, 'folder')))
    await openDrawer(page)
    await choose(page, 'Choose files…', join(folder, 'digits.zip'))
    await importAs(page, 'digits')
    await dialog(page).getByRole('button', { name: 'Show the images' }).click()
    await page.getByRole('button', { name: 'About digits.zip' }).click()
  }

  test('pictures and IDX come out as they went in', async ({ page, folder }) => {
    await importDigits(page, folder)
    for (const [button, format] of [['Export pictures', 'folder'], ['Export IDX', 'idx']] as const) {
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: button }).click()
      const file = await download
      expect(file.suggestedFilename()).toBe(`digits-${format}.zip`)
      const unpacked = unzipSync(await readFile(await file.path()))
      const wanted = filesOf(whole, format)
      expect(Object.keys(unpacked).toSorted()).toEqual(wanted.map(({ path }) => path).toSorted())
      for (const { path, bytes } of wanted) expect(unpacked[path]).toEqual(new Uint8Array(bytes))
    } // prettier-ignore
  })

  test('an imported set is removed after asking', async ({ page, folder }) => {
    await importDigits(page, folder)
    await page.getByRole('button', { name: 'Remove…' }).click()
    const ask = page.getByRole('dialog', { name: 'Remove digits.zip?' })
    await ask.getByRole('button', { name: 'Keep it' }).click()
    await expect(ask).toBeHidden()
    await page.getByRole('button', { name: 'Remove…' }).click()
    await ask.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(page.getByText('digits.zip is removed.')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Data set: digits/ })).toHaveCount(0)
    await expect(page.getByRole('button', { name: /^Data set: / })).toBeVisible()
  })
})

test('drawings come in as JSON lines, are a set, and go out as they came', async ({ page, folder }) => {
  const stroke = (x: number) => [
    [[x, 20], [x + 2, 60], [x, 100]], [[x - 20, 60, 0.5, 10], [x + 20, 60, 0.5, 30]],
  ] // prettier-ignore
  const lines = Array.from({ length: 12 }, (_, index) =>
    JSON.stringify({ label: index % 2 === 0 ? 4 : 1, strokes: stroke(50 + index), width: 120, height: 120 }),
  )
  const text = `${lines.join('\n')}\n`
  await writeFile(join(folder, 'mine.jsonl'), text)
  await openDrawer(page)
  await choose(page, 'Choose files…', join(folder, 'mine.jsonl'))
  await expect(dialog(page).getByText(/^Drawings as JSON lines/)).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
  await expect(dialog(page).getByText('12 drawings added to yours.')).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Show my handwriting' }).click()
  await expect(page.getByRole('button', { name: 'Data set: My handwriting' })).toBeVisible()
  await expect(page.getByRole('status').first()).toContainText('12 handwritten digits')
  await expect(page.getByRole('heading', { name: /^Training image 0, a (four|one)$/ })).toBeVisible()

  await page.getByRole('button', { name: 'About My handwriting' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export drawings' }).click()
  expect((await readFile(await (await download).path())).toString()).toBe(text)

  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add data…' }).click()
  await choose(page, 'Choose files…', join(folder, 'mine.jsonl'))
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
  await expect(dialog(page).getByText('0 drawings added to yours.')).toBeVisible()
  await expect(dialog(page).getByText('12 were here already.')).toBeVisible()
})
