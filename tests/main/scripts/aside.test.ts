/** What builds that were killed left behind is removed, and nothing else. */
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asideOf, removeStaleAsides } from '../../../main/scripts/aside.ts'

test('folders aside go when they are old; present ones and others stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-aside-'))
  const place = join(folder, 'renderer')
  const longAgo = new Date(Date.now() - 3_600_000)
  for (const name of ['renderer', 'renderer-12', 'renderer-12-old', 'renderer-mine', 'app-12', 'renderer-99']) {
    await mkdir(join(folder, name))
    if (name !== 'renderer-99') await utimes(join(folder, name), longAgo, longAgo)
  }
  await removeStaleAsides(place)
  expect((await readdir(folder)).sort()).toEqual(['app-12', 'renderer', 'renderer-99', 'renderer-mine'])
  await removeStaleAsides(join(folder, 'not', 'there'))
  expect(asideOf(place)).toBe(`${place}-${process.pid}`)
  await rm(folder, { recursive: true })
})
