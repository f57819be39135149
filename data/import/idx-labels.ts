/** Labels of IDX files: bytes, as MNIST has them, or whole numbers of four bytes, with more columns behind, as QMNIST has them. */
import { AppError } from '../error.ts'
import { decompress, isGzip, peek } from '../gzip.ts'
import { readIdxLabels } from '../idx.ts'

/** The third byte of a header: the type of the values. */
const INT32 = 0x0c
/** Bytes before the values: magic number and up to two sizes. */
const LONGEST_HEADER = 12
const MOST_ROWS = 2 ** 20
const MOST_COLUMNS = 64

/** `[count]`, 0 to 255. @throws what readIdxLabels throws; dataset/bad-label for numbers beyond a byte */
export async function readLabels(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const start = isGzip(bytes) ? peek(bytes, LONGEST_HEADER, name) : bytes.subarray(0, LONGEST_HEADER)
  const dimensions = start[3] ?? 0
  if (start[0] !== 0 || start[1] !== 0 || start[2] !== INT32 || dimensions < 1 || dimensions > 2) {
    return await readIdxLabels(bytes, name)
  }
  const header = 4 + 4 * dimensions
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const rows = start.length < header ? 0 : view.getUint32(4)
  const columns = start.length < header || dimensions === 1 ? 1 : view.getUint32(8)
  const length = header + rows * columns * 4
  if (rows === 0 || rows > MOST_ROWS || columns === 0 || columns > MOST_COLUMNS) {
    throw new AppError(
      'dataset/bad-shape',
      `${name} announces ${rows} labels with ${columns} columns each. Get the original again.`,
      {
        details: { file: name },
      },
    )
  }
  const content = isGzip(bytes) ? await decompress(bytes, length, name) : { length: bytes.length, exact: true, bytes }
  if (content.length !== length) {
    throw new AppError(
      content.length < length ? 'dataset/truncated' : 'dataset/trailing-bytes',
      `${name} should have ${length.toLocaleString('en-US')} bytes for its ${rows.toLocaleString('en-US')} labels, and has ${content.exact ? '' : 'at least '}${content.length.toLocaleString('en-US')}. Get the file again.`,
      { details: { file: name, foundBytes: content.length, expectedBytes: length } },
    )
  }
  const values = new DataView(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength)
  return Uint8Array.from({ length: rows }, (_, row) => {
    const label = values.getInt32(header + row * columns * 4)
    if (label >= 0 && label <= 255) return label
    throw new AppError(
      'dataset/bad-label',
      `Label ${row} of ${name} is ${label}; labels go from 0 to 255. Check that the file holds labels.`,
      {
        details: { file: name, index: row, label },
      },
    )
  })
}
