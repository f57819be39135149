/** What the tensor bench offers for a data set that has no threes and sevens. */
import { expect, test } from 'vitest'
import { TensorSession } from '../../native/tensor/session.ts'
import { examples, examplesFor } from '../../renderer/pages/data/tensor-bench/examples.ts'

test('without threes and sevens, examples and names speak of none', () => {
  const names = new TensorSession().names()
  const ofPair = names.filter((entry) => entry.ofPair).map(({ name }) => name)
  expect(names.filter((entry) => !entry.ofPair).map(({ name }) => name)).toEqual([
    'images',
    'labels',
    'test_images',
    'test_labels',
    'path',
  ])
  expect(examplesFor(true)).toEqual(examples)
  const offered = examplesFor(false)
  expect(offered.length).toBeGreaterThan(5)
  for (const { text } of offered) {
    const words = new Set(text.match(/\w+/g) ?? [])
    expect(ofPair.filter((name) => words.has(name))).toEqual([])
  }
})
