/** What an image of a set is called: "Training image 10000, a three". */
import type { Split } from '../../../data/image-set.ts'
import type { DatasetInfo, ImagePlace } from '../../../main/contract/types.ts'
import { digitWithArticle } from '../../ui/format.ts'
import { hasDigits } from './sets.ts'

const imageTitles: Readonly<Record<Split, string>> = { train: 'Training image', test: 'Test image' }

/** "a three"; other classes are left as they are called: "Ankle boot". */
export function className(info: DatasetInfo, label: number): string {
  return hasDigits(info) ? digitWithArticle(label) : (info.classes[label] ?? `class ${label}`)
}

/** "Training image 10000". */
export function placeName({ split, index }: ImagePlace): string {
  return `${imageTitles[split]} ${index}`
}

/** "Training image 10000, a three". */
export function imageName(info: DatasetInfo, image: ImagePlace & { readonly label: number }): string {
  return `${placeName(image)}, ${className(info, image.label)}`
}
