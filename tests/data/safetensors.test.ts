import { describe, expect, test } from 'vitest'
import { readTensors, writeTensors } from '../../data/safetensors.ts'

const file = {
  tensors: new Map([
    ['layer1.weight', { shape: [2, 3], numbers: Float32Array.of(1, -2, 3.5, Number.NaN, Infinity, 0) }],
    ['layer1.bias', { shape: [], numbers: Float32Array.of(7) }],
    ['empty', { shape: [0, 5], numbers: new Float32Array(0) }],
  ]),
  metadata: { step: '12' },
}

describe('a file of tensors', () => {
  test('comes back as it was written, in its order, however it lies in memory', () => {
    const bytes = writeTensors(file)
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    const { tensors, metadata } = readTensors(shifted.subarray(1), 'it')
    expect(tensors).toEqual(file.tensors)
    expect([...tensors.keys()]).toEqual([...file.tensors.keys()])
    expect(metadata).toEqual({ step: '12' })
  })

  // The example of https://huggingface.co/docs/safetensors: a header of its length, then the numbers.
  test('has the layout of the format', () => {
    const bytes = writeTensors({
      tensors: new Map([['a', { shape: [1], numbers: Float32Array.of(1) }]]),
      metadata: {},
    })
    const length = Number(Buffer.from(bytes).readBigUInt64LE(0))
    expect(length % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as object
    expect(header).toEqual({ __metadata__: {}, a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } })
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f])
  })

  test('that is cut off anywhere, or is none, is damaged', () => {
    const bytes = writeTensors(file)
    for (const length of [0, 7, 8, 40, bytes.length - 1]) {
      expect(() => readTensors(bytes.subarray(0, length), 'it')).toThrow(/^it is damaged/)
    }
    expect(() => readTensors(Buffer.from('this is no checkpoint at all, far from it'), 'it')).toThrow(/is damaged/)
    const other = Buffer.from(bytes)
    other.write('I', other.indexOf('F32'))
    expect(() => readTensors(other, 'it')).toThrow(/is damaged/)
  })
})
