import { expect, test } from 'vitest'
import { add, input, writeModel } from '../../../native/graph/index.ts'
import { Session, tensorOf } from '../../../native/runtime/session.ts'

test('a run writes into the tensors that it is given, and leaves no copies of them behind', async () => {
  const size = 1_000_000
  const [a, b] = [input('a', [size]), input('b', [size])]
  const session = await Session.create(writeModel({ name: 'sum', inputs: [a, b], outputs: { sum: add(a, b) } }))
  const sum = new Float32Array(size)
  const wanted = { sum: tensorOf(sum, [size]) }
  const feeds = {
    a: tensorOf(new Float32Array(size).fill(2), [size]),
    b: tensorOf(new Float32Array(size).fill(3), [size]),
  }
  const before = process.memoryUsage().arrayBuffers
  for (let turn = 0; turn < 6; turn += 1) expect((await session.run(feeds, wanted))['sum']).toBe(wanted.sum)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * sum.byteLength)
  expect(sum.every((value) => value === 5)).toBe(true)
  await session.close()
})
