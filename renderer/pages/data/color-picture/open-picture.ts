/** One's own picture: read from a PNG or JPEG file by the browser, and made small enough for its numbers to be read. */
import { AppError } from '../../../../data/error.ts'
import { pictureFromPixels } from './picture.ts'
import type { ColorPicture } from './picture.ts'

const MOST_BYTES = 50 * 1024 * 1024

/** Scaled so that its longer side has at most `longest` pixels; what is transparent becomes white. Throws `image/unreadable`. */
export async function openPicture(file: File, longest: number): Promise<ColorPicture> {
  if (file.size > MOST_BYTES) {
    throw new AppError(
      'image/unreadable',
      `${file.name} has ${Math.round(file.size / 1024 / 1024)} MB, where at most 50 can be opened here. Choose a smaller picture.`,
    )
  }
  const whole = await decode(file)
  const scale = Math.min(1, longest / Math.max(whole.width, whole.height))
  const columns = Math.max(1, Math.round(whole.width * scale))
  const rows = Math.max(1, Math.round(whole.height * scale))
  const small =
    scale < 1
      ? await createImageBitmap(whole, { resizeWidth: columns, resizeHeight: rows, resizeQuality: 'high' })
      : whole
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d')
  if (context === null) throw new AppError('image/unreadable', 'The browser gives no canvas to read pictures with.')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, columns, rows)
  context.drawImage(small, 0, 0)
  whole.close()
  return pictureFromPixels(context.getImageData(0, 0, columns, rows).data, rows, columns)
}

async function decode(file: File): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file)
  } catch (cause) {
    throw new AppError(
      'image/unreadable',
      `${file.name} could not be read as a picture. Expected a whole PNG or JPEG file. The picture that was shown stays.`,
      { cause },
    )
  }
}
