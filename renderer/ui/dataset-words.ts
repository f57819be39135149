/** What is said of a data set wherever it can be chosen: how many images it has, and what it lacks. */
import type { DatasetInfo } from '../../main/contract/types.ts'
import { count, thousands } from './format.ts'

/** Images of both halves. */
export function imagesOf(info: DatasetInfo): number {
  return (info.splits.train?.count ?? 0) + (info.splits.test?.count ?? 0)
}

/** "70,000 images"; "10,000 test images, no training images" where a half is missing. */
export function sizeInWords(info: DatasetInfo): string {
  const { train, test } = info.splits
  if (train === null && test !== null) return `${count(test.count, 'test image')}, no training images`
  if (test === null && train !== null) return `${count(train.count, 'training image')}, no test images`
  return count(imagesOf(info), 'image')
}

/** The same where there is room for a word: "70,000", "10,000 test", "damaged". */
export function sizeInShort(info: DatasetInfo): string {
  const { train, test } = info.splits
  if (info.state === 'damaged') return 'damaged'
  if (train === null && test !== null) return `${thousands(test.count)} test`
  if (test === null && train !== null) return `${thousands(train.count)} train`
  return thousands(imagesOf(info))
}
