/** Drawings on their way to the engine: none is lost, and none arrives twice. */
import { describe, expect, test } from 'vitest'
import type { Drawing } from '../../data/drawing.ts'
import { AppError } from '../../data/error.ts'
import { Outbox, type OutboxOptions } from '../../renderer/store/outbox.ts'

const drawn = (label: number): Drawing => ({ label, strokes: [[[label, 2, 0.5, 16]]], width: 1000, height: 1000 })

function memory(kept = new Map<string, string>()): Storage {
  return {
    get length() {
      return kept.size
    },
    key: (place) => [...kept.keys()][place] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => {
      kept.clear()
    },
  }
}

/** An engine that keeps by key as the library does, and fails as it is told to. */
function engine() {
  const kept = new Map<string, Drawing>()
  const state = { fails: null as AppError | null, losesAnswers: false }
  const save: OutboxOptions['save'] = async ({ key, drawing }) => {
    await Promise.resolve()
    if (state.fails !== null) throw state.fails
    kept.set(key, kept.get(key) ?? drawing)
    if (state.losesAnswers) throw new AppError('engine/crashed', 'gone')
    return { saved: { id: kept.size, createdAt: 0, drawing, split: 'train' }, labeled: kept.size }
  }
  return { state, save, labels: () => [...kept.values()].map(({ label }) => label) }
}

function outboxFor({ save }: Pick<OutboxOptions, 'save'>, storage = memory()) {
  const told: number[] = []
  const outbox = new Outbox({ save, storage, onKept: ({ labeled }) => told.push(labeled) })
  return { outbox, told, waiting: () => outbox.state.getState().waiting.map(({ drawing }) => drawing.label) }
}

describe('what is kept', () => {
  test('is sent in order, told once the engine has it, and then waits no more', async () => {
    const at = engine()
    const { outbox, told, waiting } = outboxFor(at)
    outbox.add(drawn(3))
    outbox.add(drawn(7))
    expect(waiting()).toEqual([3, 7])
    expect(told).toEqual([])
    await expect.poll(waiting).toEqual([])
    expect([at.labels(), told]).toEqual([
      [3, 7],
      [1, 2],
    ])
  })

  test('waits for an engine that is gone, without a word, and is sent to the next one', async () => {
    const at = engine()
    at.state.fails = new AppError('channel/closed', 'no connection')
    const { outbox, waiting } = outboxFor(at)
    outbox.add(drawn(4))
    await outbox.send()
    expect([waiting(), outbox.state.getState().problem, at.labels()]).toEqual([[4], null, []])
    at.state.fails = null
    await outbox.send()
    expect([waiting(), at.labels()]).toEqual([[], [4]])
  })

  test('is there once where the engine ended between saving and answering', async () => {
    const at = engine()
    at.state.losesAnswers = true
    const { outbox, told, waiting } = outboxFor(at)
    outbox.add(drawn(5))
    await outbox.send()
    await outbox.send()
    expect([waiting(), told]).toEqual([[5], []])
    at.state.losesAnswers = false
    await outbox.send()
    expect([waiting(), at.labels(), told]).toEqual([[], [5], [1]])
  })

  test('outlives a reload', async () => {
    const at = engine()
    at.state.fails = new AppError('engine/crashed', 'gone')
    const storage = memory()
    outboxFor(at, storage).outbox.add(drawn(9))
    at.state.fails = null
    const after = outboxFor(at, storage)
    expect(after.waiting()).toEqual([9])
    await after.outbox.send()
    expect(at.labels()).toEqual([9])
    expect(outboxFor(at, storage).waiting()).toEqual([])
  })

  test('is sent in order, and once, by windows that hold the same', async () => {
    const at = engine()
    at.state.fails = new AppError('engine/crashed', 'gone')
    const kept = new Map([
      ['something-else', 'no JSON'],
      ['inkling-drawing-to-keep 0', 'no JSON'],
    ])
    const first = outboxFor(at, memory(kept))
    for (let digit = 0; digit < 10; digit += 1) first.outbox.add(drawn(digit))
    const second = outboxFor(at, memory(kept))
    expect(second.waiting()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    at.state.fails = null
    await Promise.all([second.outbox.send(), first.outbox.send()])
    expect(at.labels()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(outboxFor(at, memory(kept)).waiting()).toEqual([])
  })

  test('can be tried again or taken back where it cannot be kept', async () => {
    const at = engine()
    at.state.fails = new AppError('library/not-writable', 'The disk is full.')
    const { outbox, waiting } = outboxFor(at)
    outbox.add(drawn(1))
    outbox.add(drawn(2))
    await expect.poll(() => outbox.state.getState().problem?.code).toBe('library/not-writable')
    expect(waiting()).toEqual([1, 2])
    expect(outbox.takeBack()).toEqual(drawn(1))
    expect(waiting()).toEqual([2])
    at.state.fails = null
    await outbox.send()
    expect([waiting(), at.labels(), outbox.state.getState().problem]).toEqual([[], [2], null])
    expect(outbox.takeBack()).toBeNull()
  })

  test('waits all the same where the page can store nothing', async () => {
    const at = engine()
    const full = Object.assign(memory(), {
      setItem: (): void => {
        throw new Error('QuotaExceededError')
      },
    })
    const { outbox, waiting } = outboxFor(at, full)
    outbox.add(drawn(6))
    expect(waiting()).toEqual([6])
    await outbox.send()
    await expect.poll(at.labels).toEqual([6])
  })
})
