import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bookOrder } from '../../../native/trainer/book-order.ts'
import { readIdxLabels } from '../../../data/idx.ts'
import { selectLabels } from '../../../data/select-labels.ts'
import { describeWithMnist } from '../../mnist.ts'

describe("the book's order", () => {
  test('lists all of the first digit, then all of the second, each by its index as a string', () => {
    const labels = new Uint8Array(12).fill(7)
    labels.set([3, 3, 3], 9)
    labels[2] = 3
    labels[4] = 1
    expect([...bookOrder({ labels }, [3, 7])]).toEqual([10, 11, 2, 9, 0, 1, 3, 5, 6, 7, 8])
    expect([...bookOrder({ labels }, [7, 3])].slice(0, 3)).toEqual([0, 1, 3])
  })
})

describeWithMnist("the book's order of MNIST", (folder) => {
  test('begins with the threes 10, 10000, 10011 and 10031 and holds every three and seven once', async () => {
    const labels = await readIdxLabels(await readFile(join(folder, 'train-labels-idx1-ubyte.gz')), 'labels')
    const order = bookOrder({ labels }, [3, 7])
    expect([...order.subarray(0, 4)]).toEqual([10, 10000, 10011, 10031])
    expect(order.length).toBe(6131 + 6265)
    expect(new Set(order).size).toBe(order.length)
    expect([...order].every((index, place) => labels[index] === (place < 6131 ? 3 : 7))).toBe(true)
  })

  test('is the same for the view of threes and sevens, whose file names are numbers of MNIST', async () => {
    const labels = await readIdxLabels(await readFile(join(folder, 'train-labels-idx1-ubyte.gz')), 'labels')
    const whole = { images: new Uint8Array(labels.length), labels, count: labels.length, height: 1, width: 1 }
    const sample = selectLabels(whole, [3, 7])
    const order = bookOrder(sample, [3, 7])
    expect([...order].map((index) => sample.origins?.[index])).toEqual([...bookOrder(whole, [3, 7])])
  })
})
