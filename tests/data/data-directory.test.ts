import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureWritable, resolveDataDirectory, resolveSearchFolders } from '../../data/data-directory.ts'

test("the data directory is INKLING_DATA_DIR, else the platform's folder", () => {
  expect(resolveDataDirectory({ INKLING_DATA_DIR: '/ink', XDG_DATA_HOME: '/xdg' }, 'linux', '/home/a')).toBe('/ink')
  expect(resolveDataDirectory({ XDG_DATA_HOME: '/xdg' }, 'linux', '/home/a')).toBe('/xdg/inkling')
  expect(resolveDataDirectory({ INKLING_DATA_DIR: '' }, 'linux', '/home/a')).toBe('/home/a/.local/share/inkling')
  expect(resolveDataDirectory({ XDG_DATA_HOME: 'relative' }, 'linux', '/home/a')).toBe('/home/a/.local/share/inkling')
  expect(resolveDataDirectory({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Inkling')
  expect(resolveDataDirectory({ APPDATA: 'C:\\Roaming' }, 'win32', 'C:\\a')).toBe('C:\\Roaming\\Inkling')
  expect(resolveDataDirectory({}, 'win32', 'C:\\a')).toBe('C:\\a\\AppData\\Roaming\\Inkling')
})

test('search folders are separated as in PATH', () => {
  expect(resolveSearchFolders({ INKLING_DATASETS: '/a:/b::' }, 'linux')).toEqual(['/a', '/b'])
  expect(resolveSearchFolders({ INKLING_DATASETS: 'C:\\a;D:\\b' }, 'win32')).toEqual(['C:\\a', 'D:\\b'])
  expect(resolveSearchFolders({}, 'linux')).toEqual([])
})

test('a data directory that cannot be made is a coded error with the reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-'))
  try {
    await ensureWritable(join(folder, 'new', 'deep'))
    await writeFile(join(folder, 'file'), '')
    await expect(ensureWritable(join(folder, 'file', 'inside'))).rejects.toMatchObject({
      code: 'library/not-writable',
      message: expect.stringContaining('a part of its path is a file') as string,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.skipIf(process.getuid?.() === 0)('a read-only folder is told as such (root may write everywhere)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-'))
  try {
    await chmod(folder, 0o555)
    await expect(ensureWritable(join(folder, 'new', 'deep'))).rejects.toMatchObject({
      code: 'library/not-writable',
      message: expect.stringContaining('permission is denied') as string,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
