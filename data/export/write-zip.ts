/** Exported files as one zip archive, for a browser to save. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import type { ExportedFile } from './export-files.ts'

/** The time of every file, so that equal sets give equal archives: zip knows none before. */
const TIME = '1980-01-01T12:00:00'

/** Bytes that are packed at a time, in a few milliseconds: whoever takes the archive has something else to do between. */
const PIECE = 2 ** 16

/**
 * The bytes of the archive, piece by piece. Pictures are packed already and go in as they are.
 */
export function* zipFiles(files: Iterable<ExportedFile>): Generator<{ bytes: Uint8Array; fraction: number }> {
  const ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error
    ready.push(chunk)
  })
  let entries = 0
  let before = 0
  for (const { path, bytes, fraction } of files) {
    entries += 1
    const file = path.endsWith('.png') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    file.mtime = TIME
    zip.add(file)
    for (let at = 0; at < Math.max(1, bytes.length); at += PIECE) {
      const isLast = at + PIECE >= bytes.length
      file.push(bytes.subarray(at, at + PIECE), isLast)
      const done = isLast ? fraction : before + ((fraction - before) * (at + PIECE)) / bytes.length
      for (const chunk of ready.splice(0)) yield { bytes: chunk, fraction: done }
    }
    before = fraction
  }
  zip.end()
  const last = ready.pop()
  for (const chunk of ready) yield { bytes: chunk, fraction: 1 }
  if (last !== undefined) yield { bytes: entries < COUNTED ? last : withCount(last, entries), fraction: 1 }
}

/** As many entries a plain zip archive can count, and the mark that the count stands elsewhere. */
const COUNTED = 0xff_ff
const END_LENGTH = 22

/**
 * The last piece, which ends in the archive's end record, with the records that tell more entries than fit into it: fflate writes the
 * count modulo 65,536 otherwise. Zip64 end record and locator: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.14 to 4.3.16.
 */
function withCount(last: Uint8Array, entries: number): Uint8Array {
  const at = last.length - END_LENGTH
  const end = new DataView(last.buffer, last.byteOffset + at, END_LENGTH)
  const size = end.getUint32(12, true)
  const offset = end.getUint32(16, true)
  const longer = new Uint8Array(last.length + 76)
  longer.set(last.subarray(0, at))
  longer.set(last.subarray(at), at + 76)
  const view = new DataView(longer.buffer, at)
  view.setUint32(0, 0x06_06_4b_50, true)
  view.setBigUint64(4, 44n, true)
  view.setUint16(12, 45, true)
  view.setUint16(14, 45, true)
  view.setBigUint64(24, BigInt(entries), true)
  view.setBigUint64(32, BigInt(entries), true)
  view.setBigUint64(40, BigInt(size), true)
  view.setBigUint64(48, BigInt(offset), true)
  view.setUint32(56, 0x07_06_4b_50, true)
  view.setBigUint64(64, BigInt(offset + size), true)
  view.setUint32(72, 1, true)
  view.setUint16(76 + 8, COUNTED, true)
  view.setUint16(76 + 10, COUNTED, true)
  return longer
}
