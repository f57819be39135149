/**
 * Every ONNX file that Inkling makes runs by itself in a fresh session. Whether the files keep ONNX's rules in the words of the onnx
 * package is checked by hand: see check_models.py.
 */
import { describe, expect, test } from 'vitest'
import { Session } from '../../native/runtime/session.ts'
import { modelFiles } from './model-files.ts'

describe('in a fresh session', () => {
  test.each([...modelFiles()])('$name gives finite numbers for all its outputs', async ({ bytes, feeds }) => {
    const session = await Session.create(bytes)
    const results = await session.run(feeds)
    expect(Object.keys(results).sort()).toEqual([...session.outputNames].sort())
    for (const [name, { data }] of Object.entries(results)) {
      expect(data.length, name).toBeGreaterThan(0)
      expect(Array.from(data as Float32Array).every(Number.isFinite), name).toBe(true)
    }
    await session.close()
  })
})
