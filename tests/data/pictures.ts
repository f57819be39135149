/** Pictures for tests, byte by byte, where no program would write them. */
import { crc32, deflateSync } from 'node:zlib'

function segment(marker: number, content: readonly number[]): number[] {
  const length = content.length + 2
  return [0xff, marker, length >> 8, length & 255, ...content]
}

const pair = (value: number): number[] => [value >> 8, value & 255]

/** A gray baseline JPEG of one even gray: two bits for each block of 8 x 8. `scans`: how often the scan stands there. */
export function flatJpeg(width: number, height: number, scans = 1): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const table = Array.from({ length: 64 }, () => 16)
  // One code of one bit, for "no difference" and for "end of block".
  const onlyCode = [1, ...Array.from({ length: 15 }, () => 0), 0]
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...table]),
    ...segment(0xc0, [8, ...pair(height), ...pair(width), 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x00, ...onlyCode]),
    ...segment(0xc4, [0x10, ...onlyCode]),
  ]
  const scan = Buffer.concat([
    Buffer.from(segment(0xda, [1, 1, 0x00, 0, 63, 0])),
    Buffer.alloc(Math.ceil((blocks * 2) / 8)),
  ])
  return Buffer.concat([Buffer.from(head), ...Array.from({ length: scans }, () => scan), Buffer.from([0xff, 0xd9])])
}

/** A gray PNG of these rows, each with its filter before it; `empty` parts without content stand before them. */
export function pngOf(width: number, height: number, rows: Uint8Array, empty = 0): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const nothing = chunk('IDAT', new Uint8Array())
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...Array.from({ length: empty }, () => nothing),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
