/** A picture file of any known kind, told by its first bytes: names lie. */
import { AppError } from '../error.ts'
import { decodeJpeg, isJpeg } from '../jpeg.ts'
import type { Picture } from '../picture.ts'
import { decodePng } from '../png.ts'

/** @throws image/unreadable, image/too-large */
export function decodePicture(bytes: Uint8Array, name: string): Picture {
  if (isJpeg(bytes)) return decodeJpeg(bytes, name)
  if (isPng(bytes)) return decodePng(bytes, name)
  throw new AppError('image/unreadable', `${name} is neither a PNG nor a JPEG picture. Save it as one of them.`, {
    details: { file: name },
  })
}

export function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47
}
