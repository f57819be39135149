import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../../data/library/migrations.ts'
import { splitByNumber } from '../../../data/handwriting-split.ts'
import { openLibrary, type Library, type NewRun } from '../../../data/library/index.ts'

type Specification = { readonly model: string }

let folder: string
const open: Library<Specification>[] = []

async function openHere(): Promise<Library<Specification>> {
  const library = await openLibrary(folder, { readSpecification: (json) => json as Specification })
  open.push(library)
  return library
}

const newRun: NewRun<Specification> = {
  specification: { model: 'linear' },
  title: 'Linear on mnist',
  state: 'preparing',
  step: 0,
  stepsPerEpoch: 49,
  totalSteps: 245,
  learningRate: 0.1,
  parameters: 785,
  sizes: [784, 1],
  trainCount: 12_396,
  testCount: 2038,
  imagesPerSecond: null,
  accuracy: null,
  lastLoss: null,
  problem: null,
  endedBy: null,
  stopAt: null,
  device: null,
  diagnoses: [],
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-library-'))
})

afterEach(async () => {
  for (const library of open.splice(0)) library.close()
  await rm(folder, { recursive: true })
})

describe('runs in the library', () => {
  test('a run that cannot be read hides no other one, is told of once, and can be removed', async () => {
    const told: string[] = []
    const library = await openLibrary(folder, {
      readSpecification(json) {
        const { model } = json as Specification
        if (model === 'of the future') throw new Error('it has a model that this version does not know.')
        return { model }
      },
      onUnreadableRun: (error) => told.push(error.message),
    })
    open.push(library)
    const ids = ['linear', 'of the future', 'mlp', 'linear'].map((model) => {
      const fields = { ...newRun, specification: { model: 'linear' } }
      const { id } = library.createRun(fields)
      const file = new DatabaseSync(join(folder, 'inkling.db'))
      file.prepare('UPDATE runs SET specification = ? WHERE id = ?').run(JSON.stringify({ model }), id)
      if (model === 'mlp') file.prepare("UPDATE runs SET sizes = '[784,' WHERE id = ?").run(id)
      file.close()
      return id
    })
    expect(library.listRuns().map(({ id }) => id)).toEqual([ids[3], ids[0]])
    expect(library.listRuns()).toHaveLength(2)
    expect(told).toHaveLength(2)
    expect(told.join(' ')).toContain(`Run ${ids[1]} in the library cannot be read: it has a model`)
    expect(() => library.readRun(ids[1]!)).toThrow(expect.objectContaining({ code: 'library/damaged' }))
    await library.removeRun(ids[1]!)
    await library.removeRun(ids[2]!)
    expect(() => library.readRun(ids[1]!)).toThrow(expect.objectContaining({ code: 'train/unknown-run' }))
  })

  test('survive a restart with their losses, epochs and facts', async () => {
    const library = await openHere()
    const { id } = library.createRun(newRun)
    library.updateRun(id, { state: 'training' })
    library.appendLosses(id, 1, Float32Array.of(0.5, 0.25))
    library.appendLosses(id, 3, Float32Array.of(Number.NaN))
    const epoch = {
      epoch: 1,
      step: 3,
      trainLoss: 0.5,
      validLoss: Number.NaN,
      accuracy: 0.5,
      imagesPerSecond: 2e5,
      confusion: [
        [3, 1],
        [0, 4],
      ],
    }
    library.appendEpoch(id, epoch)
    library.appendLosses(id, 4, Float32Array.of(0.125))
    library.updateRun(id, { state: 'finished' })
    library.close()

    const record = (await openHere()).readRun(id)
    expect([...record.losses]).toEqual([0.5, 0.25, Number.NaN, 0.125])
    expect(record.epochs).toEqual([epoch])
    expect(record.run).toMatchObject({
      ...newRun,
      id,
      state: 'finished',
      step: 4,
      lastLoss: 0.125,
      accuracy: 0.5,
      imagesPerSecond: 2e5,
      model: null,
    })
  })

  test('are listed newest first, and an id is never given twice', async () => {
    const library = await openHere()
    const ids = [1, 2, 3].map(() => library.createRun(newRun).id)
    expect(library.listRuns().map(({ id }) => id)).toEqual([...ids].reverse())
    await library.removeRun(3)
    expect(library.createRun(newRun).id).toBe(4)
  })

  test('take their losses and model with them when they are removed', async () => {
    const library = await openHere()
    const { id } = library.createRun(newRun)
    library.appendLosses(id, 1, new Float32Array(5))
    expect((await library.saveModel(id, Uint8Array.of(1, 2, 3))).model).toBe(`run-${id}`)
    expect([...(await library.readModel(`run-${id}`))]).toEqual([1, 2, 3])
    await library.removeRun(id)
    expect(() => library.readRun(id)).toThrow(`There is no run ${id}`)
    await expect(library.readModel(`run-${id}`)).rejects.toMatchObject({ code: 'model/unknown' })
    library.close()
    const file = new DatabaseSync(join(folder, 'inkling.db'))
    expect(file.prepare('SELECT count(*) AS n FROM losses').get()).toMatchObject({ n: 0 })
    file.close()
  })

  test('are written half a second after a loss at the latest', async () => {
    const library = await openHere()
    const { id } = library.createRun(newRun)
    library.appendLosses(id, 1, new Float32Array(7))
    await wait(600)
    const file = new DatabaseSync(join(folder, 'inkling.db'))
    expect(file.prepare('SELECT step FROM runs').get()).toMatchObject({ step: 7 })
    file.close()
  })

  test('keep the error that ended them', async () => {
    const library = await openHere()
    const problem = { code: 'dataset/truncated', message: 'It ends.', details: { found: 3 } } as const
    const { id } = library.createRun({ ...newRun, state: 'failed', problem })
    expect(library.readRun(id).run.problem).toEqual(problem)
  })

  test('that nobody works on any more are interrupted; those of another open Inkling are not', async () => {
    const library = await openHere()
    const { id } = library.createRun({ ...newRun, state: 'training' })
    const second = await openHere()
    expect(second.readRun(id).run.state).toBe('training')
    second.close()
    library.close()
    expect((await openHere()).readRun(id).run.state).toBe('interrupted')
  })

  test('survive kill -9 in the middle of writing', async () => {
    const script = fileURLToPath(new URL('./fixtures/write-until-killed.ts', import.meta.url))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString()
      if (told.split('\n').length > 12 && !child.killed) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const lastTold = Number(told.trimEnd().split('\n').at(-1))
    await writeFile(join(folder, 'models', 'run-1.onnx.123.tmp'), 'half')

    const { run, losses, epochs } = (await openHere()).readRun(1)
    expect(run.state).toBe('interrupted')
    expect(run.step).toBeGreaterThanOrEqual(lastTold)
    expect(losses.length).toBe(run.step)
    expect(losses.every((loss, index) => loss === index + 1)).toBe(true)
    expect(epochs.length).toBe(Math.floor(run.step / 100))
    expect(run.model).toBe('run-1')
    expect(await readdir(join(folder, 'models'))).toEqual(['run-1.onnx'])
  })
})

describe('a run goes back', () => {
  test('and only what was recorded up to there is left, on disk too', async () => {
    const library = await openHere()
    const { id } = library.createRun(newRun)
    const epoch = { epoch: 1, step: 3, trainLoss: 1, validLoss: 1, accuracy: 0.5, imagesPerSecond: 1, confusion: null }
    library.appendLosses(id, 1, Float32Array.of(5, 4, 3))
    library.appendEpoch(id, epoch)
    library.appendLosses(id, 4, Float32Array.of(2, 1))
    library.updateRun(id, {})
    library.appendLosses(id, 6, Float32Array.of(0.5))
    library.appendEpoch(id, { ...epoch, epoch: 2, step: 6, accuracy: 0.75 })
    expect(library.rewindRun(id, 4)).toMatchObject({ step: 4, lastLoss: 2, accuracy: 0.5 })
    library.appendLosses(id, 5, Float32Array.of(9))
    library.close()
    const record = (await openHere()).readRun(id)
    expect([...record.losses]).toEqual([5, 4, 3, 2, 9])
    expect(record.epochs).toEqual([epoch])
  })

  test('to its beginning', async () => {
    const library = await openHere()
    const { id } = library.createRun(newRun)
    library.appendLosses(id, 1, Float32Array.of(5, 4, 3))
    expect(library.rewindRun(id, 0)).toMatchObject({ step: 0, lastLoss: null, accuracy: null })
    expect([...library.readRun(id).losses]).toEqual([])
  })

  test('and another has its past as its own, with other mini-batches only its epochs', async () => {
    const library = await openHere()
    const { id } = library.createRun({ ...newRun, stepsPerEpoch: 2 })
    const epoch = { epoch: 1, step: 2, trainLoss: 1, validLoss: 1, accuracy: 0.5, imagesPerSecond: 1, confusion: [[1]] }
    library.appendLosses(id, 1, Float32Array.of(5, 4, 3))
    library.appendEpoch(id, epoch)
    library.setRates(id, [{ from: 1, rate: 0.5 }])
    const same = library.createRun({ ...newRun, step: 3, stepsPerEpoch: 2 }).id
    library.copyPast(id, same, 3, 2)
    const other = library.createRun({ ...newRun, step: 5, stepsPerEpoch: 5 }).id
    library.copyPast(id, other, 2, 5)
    await library.removeRun(id)
    expect([...library.readRun(same).losses]).toEqual([5, 4, 3])
    expect(library.readRun(same).epochs).toEqual([epoch])
    expect(library.readRun(other).epochs).toEqual([{ ...epoch, step: 5 }])
    expect(library.readRun(other).losses.every(Number.isNaN)).toBe(true)
    expect(library.readRun(other).losses).toHaveLength(5)
  })
})

test('a library of the first version is brought up to date, and its runs are read', async () => {
  const file = new DatabaseSync(join(folder, 'inkling.db'))
  file.exec(migrations[0]!)
  file.exec(`
    PRAGMA user_version = 1;
    INSERT INTO runs VALUES (7, 1, 'Old', '{"model":"linear"}', 'finished', 49, 49, 49, 0.1, 785, '[784,1]', 12396, 2038,
      1e5, 0.97, 0.1, NULL, 'run-7');
    INSERT INTO epochs VALUES (7, 1, 49, 0.2, 0.1, 0.97, 1e5);
  `)
  file.close()
  const { run, epochs, rates } = (await openHere()).readRun(7)
  expect(run).toMatchObject({ title: 'Old', endedBy: null, stopAt: null, device: null, diagnoses: [], model: 'run-7' })
  expect(epochs).toMatchObject([{ epoch: 1, accuracy: 0.97, confusion: null }])
  expect(rates).toEqual([])
})

describe('drawings and settings', () => {
  test('survive a restart', async () => {
    const library = await openHere()
    const drawing = {
      label: 7,
      strokes: [
        [
          [1, 2],
          [3, 4, 0.5, 16],
        ],
      ],
      width: 280,
      height: 280,
    } as const
    const saved = library.saveDrawing(drawing)
    const unlabeled = library.saveDrawing({ ...drawing, label: null })
    expect(library.readSettings()).toEqual({ welcomeDone: false, colorScheme: 'auto', trainingSpeed: null })
    library.changeSettings({ colorScheme: 'dark', trainingSpeed: 50 })
    library.close()

    const again = await openHere()
    expect(again.listDrawings()).toEqual([saved, unlabeled])
    expect(again.listDrawings()[0]?.drawing).toEqual(drawing)
    expect(again.readSettings()).toEqual({ welcomeDone: false, colorScheme: 'dark', trainingSpeed: 50 })
    again.removeDrawing(saved.id)
    expect(again.listDrawings()).toEqual([unlabeled])
    expect(() => {
      again.removeDrawing(saved.id)
    }).toThrow(`There is no drawing ${saved.id}`)
  })
})

describe('kept drawings', () => {
  const drawn = (label: number | null, x: number) => ({ label, strokes: [[[x, 2] as const]], width: 280, height: 280 })

  test('have about a fifth of each digit put aside, for good', async () => {
    const library = await openHere()
    for (let number = 0; number < 100; number += 1) library.saveDrawing(drawn(number % 10, number))
    const before = library.listDrawings()
    for (let digit = 0; digit < 10; digit += 1) {
      const splits = before.filter(({ drawing }) => drawing.label === digit).map(({ split }) => split)
      expect(splits.flatMap((split, place) => (split === 'test' ? [place + 1] : []))).toEqual([3, 8])
    }
    for (const { id } of before.filter((_, place) => place % 3 === 0)) library.removeDrawing(id)
    library.close()
    const rest = (await openHere()).listDrawings()
    expect(rest).toEqual(before.filter((_, place) => place % 3 !== 0))
  })

  test('fill the gap that a removed test image leaves', async () => {
    const library = await openHere()
    const saved = Array.from({ length: 5 }, (_, x) => library.saveDrawing(drawn(4, x)))
    const aside = saved.find(({ split }) => split === 'test')!
    library.removeDrawing(aside.id)
    expect(library.saveDrawing(drawn(4, 9)).split).toBe('test')
  })

  test('are the same again when a removal is taken back, in this Inkling and another', async () => {
    const library = await openHere()
    for (let x = 0; x < 6; x += 1) library.saveDrawing(drawn(8, x))
    const before = library.listDrawings()
    const doomed = before[2]!
    library.removeDrawing(doomed.id)
    expect(library.listDrawings()).toHaveLength(5)
    expect(library.restoreDrawing(doomed.id)).toEqual(doomed)
    expect(library.listDrawings()).toEqual(before)
    library.removeDrawing(doomed.id)
    library.close()
    const again = await openHere()
    again.restoreDrawing(doomed.id)
    expect(again.listDrawings()).toEqual(before)
    expect(() => again.restoreDrawing(77)).toThrow('There is no drawing 77')
  })

  test('that were removed an hour ago are gone for good', async () => {
    const library = await openHere()
    const { id } = library.saveDrawing(drawn(8, 1))
    library.removeDrawing(id)
    library.close()
    const file = new DatabaseSync(join(folder, 'inkling.db'))
    file.exec('UPDATE drawings SET removed_at = removed_at - 3600001')
    file.close()
    const again = await openHere()
    expect(() => again.restoreDrawing(id)).toThrow(`There is no drawing ${id}`)
    expect(again.saveDrawing(drawn(8, 1)).id).toBeGreaterThan(id)
  })

  test('get another label and stay in their half', async () => {
    const library = await openHere()
    for (let x = 0; x < 5; x += 1) library.saveDrawing(drawn(1, x))
    const before = library.listDrawings()
    const changed = before.map(({ id }) => library.relabelDrawing(id, 7))
    expect(changed.map(({ split }) => split)).toEqual(before.map(({ split }) => split))
    expect(library.listDrawings()).toEqual(changed)
    library.close()
    const again = await openHere()
    expect(again.listDrawings().map(({ drawing }) => drawing.label)).toEqual([7, 7, 7, 7, 7])
    const unlabeled = again.saveDrawing(drawn(null, 50))
    expect(unlabeled.split).toBeNull()
    expect(again.relabelDrawing(unlabeled.id, 3)).toMatchObject({ split: 'train', drawing: { label: 3 } })
    expect(() => again.relabelDrawing(99, 3)).toThrow('There is no drawing 99')
  })

  test('are saved once however often they are sent under a key', async () => {
    const [library, other] = [await openHere(), await openHere()]
    const saved = library.saveDrawing(drawn(2, 3), 'a-key-of-its-own')
    expect(library.saveDrawing(drawn(2, 3), 'a-key-of-its-own')).toEqual(saved)
    expect(other.saveDrawing(drawn(2, 3), 'a-key-of-its-own')).toEqual(saved)
    expect(library.saveDrawing(drawn(2, 3), 'another-key').id).not.toBe(saved.id)
    expect(other.listDrawings()).toHaveLength(2)
    other.close()
  })

  test('of an older library keep the half that they were in', async () => {
    ;(await openHere()).close()
    const file = new DatabaseSync(join(folder, 'inkling.db'))
    file.exec('DROP INDEX drawings_by_key')
    for (const column of ['split', 'key', 'removed_at']) file.exec(`ALTER TABLE drawings DROP COLUMN ${column}`)
    for (let x = 0; x < 50; x += 1) {
      file.exec(`INSERT INTO drawings (created_at, label, strokes, width, height) VALUES (0, 5, '[[[${x},1]]]', 9, 9)`)
    }
    file.exec('PRAGMA user_version = 2')
    file.close()
    const library = await openHere()
    expect(library.listDrawings().map(({ split }) => split)).toEqual(
      Array.from({ length: 50 }, (_, place) => splitByNumber(place + 1)),
    )
  })
})

describe('a library that cannot be used', () => {
  test('is not writable where its folder cannot be made or its file cannot be opened', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(openLibrary(join(folder, 'file'), { readSpecification: String })).rejects.toMatchObject({
      code: 'library/not-writable',
    })
    await mkdir(join(folder, 'inkling.db'))
    await expect(openHere()).rejects.toMatchObject({ code: 'library/not-writable' })
  })

  test.each([
    ['garbage', (): Buffer => Buffer.from('this is no database '.repeat(500))],
    ['a cut file', (bytes: Buffer): Buffer => bytes.subarray(0, 9000)],
    ['overwritten pages', (bytes: Buffer): Buffer => Buffer.from(bytes).fill(0xab, 4096, 20_000)],
  ])('is damaged where it holds %s, and stays as it is', async (_, damage) => {
    const path = join(folder, 'inkling.db')
    const library = await openHere()
    for (let run = 0; run < 20; run += 1) library.createRun(newRun)
    library.close()
    const bytes = damage(await readFile(path))
    await writeFile(path, bytes)
    await expect(openHere()).rejects.toMatchObject({ code: 'library/damaged' })
    expect(Buffer.compare(await readFile(path), bytes)).toBe(0)
  })

  test('tells that a newer Inkling wrote it, and leaves it alone', async () => {
    const path = join(folder, 'inkling.db')
    const file = new DatabaseSync(path)
    file.exec('CREATE TABLE future (x); PRAGMA user_version = 99')
    file.close()
    const bytes = await readFile(path)
    await expect(openHere()).rejects.toMatchObject({ code: 'library/newer-version', details: { found: 99 } })
    expect(Buffer.compare(await readFile(path), bytes)).toBe(0)
  })
})
