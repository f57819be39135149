/** Drawings that a person names on the command line, as the pixels that a model reads. */
import { readDrawingLines } from '../../data/drawing-lines.ts'
import { AppError } from '../../data/error.ts'
import { drawingToPixels } from '../../data/ink/index.ts'
import { readNamedFile } from './files.ts'

export type LabeledPixels = { readonly label: number | null; readonly pixels: Uint8Array }

/**
 * The drawings of a JSON lines file, in its order.
 * @throws file/not-found, file/unreadable, drawing/bad-json, drawing/bad-format, drawing/blank
 */
export async function loadDrawings(path: string): Promise<LabeledPixels[]> {
  return readDrawingLines(await readNamedFile(path), path).map(({ line, drawing }) => {
    const { pixels, blank } = drawingToPixels(drawing)
    if (blank) {
      throw new AppError(
        'drawing/blank',
        `The drawing on line ${line} of ${path} has no ink, so it shows no digit. Remove the line.`,
        {
          details: { file: path, line },
        },
      )
    }
    return { label: drawing.label, pixels }
  })
}
