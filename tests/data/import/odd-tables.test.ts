/** CSV as spreadsheets of other countries and times write it. */
import { expect, test } from 'vitest'
import { memorySource } from '../../../data/import/file-source.ts'
import { defaultImportOptions, importFile } from '../../../data/import/import-data.ts'
import { csvOf, formulaSet } from './samples.ts'

const set = formulaSet()
const plain = new TextDecoder().decode(csvOf(set))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

async function imported(bytes: Uint8Array) {
  return await importFile(memorySource(bytes, 'table.csv'), defaultImportOptions)
}

test.each([
  ['lines that end with a carriage return alone', utf8(plain.replaceAll('\n', '\r'))],
  ['lines that end with both', utf8(plain.replaceAll('\n', '\r\n'))],
  ['UTF-16, the lower byte first', Buffer.from(`\uFEFF${plain}`, 'utf16le')],
  ['UTF-16, the higher byte first', Buffer.from(`\uFEFF${plain}`, 'utf16le').swap16()],
  ['semicolons', utf8(plain.replaceAll(',', ';'))],
  ['semicolons, and commas before fractions', utf8(plain.replaceAll(/,(\d+)/g, ';$1,0').replaceAll(/^(\d)/gm, '$1,0'))],
  ['tabs, and a mark of UTF-8', utf8(`\uFEFF${plain.replaceAll(',', '\t')}`)],
])('%s are read', async (_, bytes) => {
  const { halves } = await imported(bytes)
  // In the order of the lines.
  expect([...(halves.train?.labels ?? [])]).toEqual([...set.labels])
  expect(Buffer.from(halves.train?.images ?? []).equals(Buffer.from(set.images))).toBe(true)
})

test.each([
  [
    'a header alone',
    utf8(`label,${Array.from({ length: 784 }, (_, index) => `p${index}`).join(',')}\n`),
    'no line of numbers',
  ],
  ['another encoding', Buffer.from(`\u00e4${plain.slice(1)}`, 'latin1'), 'Save it as CSV in UTF-8'],
  ['a quotation mark that is never closed', utf8(`${plain}"3,1\n`), 'not closed'],
  ['one endless line', Buffer.alloc(3e6, '1,'), 'more than 1,048,576 characters'],
  ['a value beyond all bounds', utf8(plain.replace(/,(\d+)/, ',1e308')), '"1e308" in column 2'],
])('%s is told', async (_, bytes, said) => {
  await expect(imported(bytes)).rejects.toMatchObject({
    code: 'import/bad-table',
    message: expect.stringContaining(said) as string,
  })
})

test('more lines without a picture than files that an archive may have end an import', async () => {
  await expect(imported(Buffer.alloc(500_001 * 34, `1${',5'.repeat(16)}\n`))).rejects.toMatchObject({
    code: 'import/too-large',
    message: expect.stringContaining('nothing to be seen') as string,
  })
}, 60_000)
