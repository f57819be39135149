/** How many images of a set occur more than once, in sentences. */
import type { DuplicateCounts } from '../../../main/contract/types.ts'
import { count, thousands } from '../../ui/format.ts'

/** "12 pictures occur more than once, as 25 images. 3 of them are in both halves: ..." */
export function duplicatesInWords({ pictures, images, inBothSplits, labeledDifferently }: DuplicateCounts): string {
  const sentences = [
    `${count(pictures, 'picture occurs', 'pictures occur')} more than once, as ${count(images, 'image')} in all.`,
  ]
  if (inBothSplits > 0) {
    const which = pictures === 1 ? 'It is' : count(inBothSplits, 'of them is', 'of them are')
    sentences.push(`${which} in both halves, so a model is tested on what it has learned from.`)
  }
  if (labeledDifferently > 0) {
    const which = pictures === 1 ? 'Its images do' : `The images of ${thousands(labeledDifferently)} do`
    sentences.push(`${which} not all have the same label.`)
  }
  return sentences.join(' ')
}
