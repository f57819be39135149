/** Exported files as one zip archive, for a browser to save. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import type { ExportedFile } from './export-files.ts'

/** The time of every file, so that equal sets give equal archives: zip knows none before. */
const TIME = '1980-01-01T12:00:00'

/**
 * The bytes of the archive, piece by piece. Pictures are packed already and go in as they are.
 */
export function* zipFiles(files: Iterable<ExportedFile>): Generator<{ bytes: Uint8Array; fraction: number }> {
  let ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error
    ready.push(chunk)
  })
  for (const { path, bytes, fraction } of files) {
    const file = path.endsWith('.png') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    file.mtime = TIME
    zip.add(file)
    file.push(bytes, true)
    for (const chunk of ready) yield { bytes: chunk, fraction }
    ready = []
  }
  zip.end()
  for (const chunk of ready) yield { bytes: chunk, fraction: 1 }
}
