/** Whatever is typed after a command: values of the right kind, or one clear error. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import { commands } from '../../../main/cli/commands.ts'
import {
  choice,
  decimalOf,
  flag,
  listOf,
  numberBetween,
  optional,
  text,
  wholeNumber,
} from '../../../main/cli/options.ts'
import { readOptions } from '../../../main/cli/read-options.ts'

const table = {
  data: text('NAME', { description: 'A set.' }),
  rate: optional(numberBetween({ from: 0, to: 1 }, { description: 'A rate.' })),
  count: wholeNumber({ from: 1, to: 100 }, { description: 'How many.', default: 5 }),
  model: choice(['linear', 'mlp'], { description: 'Which.', default: 'linear' }),
  sizes: listOf((given) => (/^\d+$/.test(given) ? Number(given) : null), {
    description: 'Sizes.',
    placeholder: 'N[,N...]',
    expected: 'whole numbers',
    default: [1],
  }),
  fast: flag('Faster.'),
}

function failure(...args: string[]): string {
  try {
    readOptions(table, args, 'do')
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('it was understood')
}

test('values, defaults and absent ones', () => {
  expect(readOptions(table, ['--data', 'x'], 'do')).toEqual({
    data: 'x',
    rate: undefined,
    count: 5,
    model: 'linear',
    sizes: [1],
    fast: false,
  })
  expect(readOptions(table, ['--data=a=b', '--rate', '-0', '--fast', '--sizes', '3,4', '--count=007'], 'do')).toEqual({
    data: 'a=b',
    rate: -0,
    count: 7,
    model: 'linear',
    sizes: [3, 4],
    fast: true,
  })
})

test.each([
  ['usage/missing-option: --data NAME is missing.', []],
  ['usage/bad-value: --data needs a value: a NAME.', ['--data']],
  ['usage/bad-value: --data needs a value: a NAME.', ['--data', '--fast']],
  ['usage/bad-value: --data should be a NAME, but is "".', ['--data=']],
  ['usage/bad-value: --fast takes no value, but "yes" was given.', ['--data', 'x', '--fast=yes']],
  ['usage/bad-value: --fast was given twice. Name it once.', ['--data', 'x', '--fast', '--fast']],
  ['usage/bad-value: --count should be a whole number from 1 to 100, but is "101".', ['--data', 'x', '--count', '101']],
  ['usage/bad-value: --count should be a whole number from 1 to 100, but is "1e1".', ['--data', 'x', '--count', '1e1']],
  ['usage/bad-value: --rate should be a number from 0 to 1, but is "-.1".', ['--data', 'x', '--rate', '-.1']],
  ['usage/bad-value: --sizes should be whole numbers, but is "1,,2".', ['--data', 'x', '--sizes', '1,,2']],
  ['usage/unknown-option: "do" has no option --modle. Did you mean "--model"?', ['--modle', 'mlp']],
  ['usage/unknown-option: "do" has no option -x.', ['-x']],
  ['usage/unknown-option: "do" takes no argument "more".', ['--data', 'x', 'more']],
])('%s', (message, args) => {
  expect(failure(...args)).toBe(`${message} See "inkling do --help".`)
})

test.each([
  ['train', ['--lr', '0x10']],
  ['train', ['--lr', '.1', '--lr', '.2']],
  ['train', ['--model', 'mlp', '--hidden', '0']],
  ['train', ['--model', 'mlp', '--hidden', '4097']],
  ['train', ['--model', 'mlp', '--hidden', '9,9,9,9,9,9,9,9,9']],
  ['train', ['--model', 'transformer']],
  ['train', ['--loss', 'hinge']],
  ['train', ['--optimizer', 'lion']],
  ['train', ['--weight-decay', '-.1']],
  ['train', ['--label-smoothing', '.6']],
  ['train', ['--dropout', '1']],
  ['train', ['--lr', '0']],
  ['train', ['--lr', '1e400']],
  ['train', ['--seed', '4294967296']],
  ['train', ['--save', '--json']],
  ['find-rate', ['--steps', '19']],
] as const)('%s refuses %j', async (name, args) => {
  const { options } = (await commands[name]!.load()).command
  expect(() => readOptions(options, ['--data', 'mnist', ...args], name)).toThrow(
    expect.objectContaining({ code: 'usage/bad-value' }) as Error,
  )
})

test('numbers are decimal ones, written out', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      // What is written of -0 is 0.
      expect(decimalOf(String(value))).toBe(value + 0)
    }),
  )
  for (const odd of ['', ' ', '0x10', '0b1', '1_000', '1,5', 'NaN', 'Infinity', '.', 'e5', '1e', '1 ', '٣']) {
    expect(decimalOf(odd), odd).toBeNaN()
  }
})

test('no command meets anything with an error that is none of ours', async () => {
  const loaded = await Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => ({ name, options: (await load()).command.options })),
  )
  const word = fc.oneof(
    fc.string(),
    fc.stringMatching(/^-{0,3}[a-z-]{0,12}=?[\d.,a-z:-]{0,6}$/),
    fc.constantFrom(
      '--',
      '-',
      '--=',
      '--__proto__',
      '--constructor=1',
      '--toString',
      '--no-json',
      '--data',
      '--lr',
      '1e999',
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...loaded), fc.array(word, { maxLength: 8 }), ({ name, options }, args) => {
      const known = Object.keys(options).map((option) => `--${option}`)
      for (const given of [args, args.flatMap((arg, at) => [known[at % Math.max(1, known.length)] ?? arg, arg])]) {
        try {
          readOptions(options, given, name)
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          expect(error.code).toMatch(/^usage\//)
          expect(error.message).toContain(`See "inkling ${name} --help".`)
        }
      }
    }),
    { numRuns: 2000 },
  )
})
