/** The terminal's line of progress, the wrapping of help, and "did you mean". */
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestOf } from '../../../main/cli/nearest.ts'
import { Terminal } from '../../../main/cli/terminal.ts'
import { definitions, wrap } from '../../../main/cli/wrap.ts'

/** A stream that keeps what it is given, and is a terminal of so many columns where they are told. */
class Screen extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns: number

  constructor(columns?: number) {
    super()
    this.isTTY = columns !== undefined
    this.columns = columns ?? 0
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** Fails at the first letter, as a pipe whose reader has gone or a disk that is full. */
class Broken extends Writable {
  readonly #code: string
  constructor(code: string) {
    super()
    this.#code = code
  }
  override _write(_chunk: Buffer, _: string, done: (error: Error) => void): void {
    done(Object.assign(new Error('write failed'), { code: this.#code }))
  }
}

/** What stands on the lines of a screen in the end: a carriage return goes back to where the line begins. */
function seen(text: string): string[] {
  return text.split('\n').map((line) =>
    line
      .split('\r')
      .reduce((below, above) => above + below.slice(above.length), '')
      .trimEnd(),
  )
}

async function later(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}

describe('the line of progress', () => {
  test('is written over, never wider than the terminal, and gone before anything else is told', async () => {
    const stdout = new Screen()
    const stderr = new Screen(20)
    const terminal = new Terminal(stdout, stderr)
    terminal.progress('Writing a folder with a long name: 10 %')
    await later(120)
    terminal.progress('Short')
    expect(seen(stderr.text)).toEqual(['Short'])
    for (const part of stderr.text.split('\r')) expect(part.length).toBeLessThan(20)
    terminal.warn('Interrupted.')
    terminal.print('A result.')
    expect(seen(stderr.text)).toEqual(['Interrupted.', ''])
    expect(stdout.text).toBe('A result.\n')
  })

  test('changes a few times a second at most', () => {
    const stderr = new Screen(80)
    const terminal = new Terminal(new Screen(), stderr)
    for (let step = 0; step < 1000; step += 1) terminal.progress(`${step} done`)
    expect(stderr.text.split('\r').length).toBeLessThan(10)
  })

  test('is not written where nobody looks: into a file or a pipe', () => {
    const stderr = new Screen()
    const terminal = new Terminal(new Screen(), stderr)
    terminal.progress('1 %')
    terminal.note('A remark.')
    expect(stderr.text).toBe('')
    terminal.warn('A warning.')
    expect(stderr.text).toBe('A warning.\n')
  })
})

describe('output that cannot be written', () => {
  test('ends with 141 where the reader has gone, as of a program that SIGPIPE ends', async () => {
    const codes: number[] = []
    const terminal = new Terminal(new Broken('EPIPE'), new Screen(), (code) => codes.push(code))
    terminal.print('A line.')
    await later(1)
    expect(codes).toEqual([141])
  })

  test('ends with 1 and a reason where the disk is full', async () => {
    const codes: number[] = []
    const stderr = new Screen()
    const terminal = new Terminal(new Broken('ENOSPC'), stderr, (code) => codes.push(code))
    terminal.print('A line.')
    await later(1)
    expect(codes).toEqual([1])
    expect(stderr.text).toMatch(/^file\/not-writable: The output cannot be written: the disk is full\./)
  })

  test('stays unsaid where errors cannot be written either', async () => {
    const terminal = new Terminal(new Screen(), new Broken('EPIPE'))
    await new Promise<void>((resolve) => {
      terminal.warn('Nobody hears this.', resolve)
    })
  })
})

describe('wrapping', () => {
  const words = fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,20}$/)

  test('keeps every word in its order, on lines that fit', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (text, width) => {
        const lines = wrap(text, width)
        expect(lines.join(' ')).toBe(text)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      }),
    )
  })

  test('a list of terms loses no word and fits, however narrow the terminal is', () => {
    const rows = fc.array(fc.tuple(fc.stringMatching(/^--[a-z]{1,20}$/), words), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 24, max: 100 }), (list, width) => {
        const lines = definitions(list, width)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        const all = list.flatMap(([term, meaning]) => [term, ...meaning.split(' ')])
        expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(all)
      }),
    )
  })
})

describe('did you mean', () => {
  const names = ['train', 'averages', 'evaluate', 'bench', 'devices', 'predict', 'data list', 'data download'] as const
  test.each([
    ['trian', 'train'],
    ['trai', 'train'],
    ['Bench', 'bench'],
    ['avreages', 'averages'],
    ['data downlod', 'data download'],
    ['data', null],
    ['dance', null],
    ['', null],
    ['x', null],
  ])('%j: %j', (given, expected) => {
    expect(nearestOf(given, names)).toBe(expected)
  })

  test('one slip of the finger in a word of some length is always understood', () => {
    const slip = fc.record({
      name: fc.constantFrom(...names),
      at: fc.nat(20),
      how: fc.constantFrom('drop', 'double', 'swap'),
    })
    fc.assert(
      fc.property(slip, ({ name, at, how }) => {
        const place = at % (name.length - 1)
        const [before, a = '', b = ''] = [name.slice(0, place), name[place], name[place + 1]]
        const after = name.slice(place + 2)
        const slipped = { drop: before + b + after, double: before + a + a + b + after, swap: before + b + a + after }
        expect(nearestOf(slipped[how], names)).toBe(name)
      }),
    )
  })
})
