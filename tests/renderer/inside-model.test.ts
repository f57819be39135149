/** What the panel of weights says of units that hardly fire, and the places of speeds on their slider. */
import { describe, expect, test } from 'vitest'
import type { Firing } from '../../main/contract/types.ts'
import { commands } from '../../main/contract/commands.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import {
  firingWords,
  layerWords,
  markedWords,
  percentText,
  rangeText,
  subjectOf,
  subjectWords,
} from '../../renderer/pages/train/inside-words.ts'
import { placeOfSpeed, speedAt, speeds, speedText, speedWords } from '../../renderer/pages/train/training-speed.ts'

const plain = (text: string | undefined): string | undefined => text?.replaceAll('\u00a0', ' ')

function firingOf(shares: readonly number[], what: Firing['function'] = 'relu'): Firing {
  return { function: what, first: Float32Array.from(shares), second: null, images: 1000 }
}

/** The whole sentence. */
function said(shares: readonly number[], what: Firing['function'] = 'relu'): string | null {
  const firing = firingOf(shares, what)
  const marked = markedWords(firing, { kind: 'unit' }, firing.first, { one: 'Unit', many: 'Units' })
  return marked === null ? null : (plain(`${marked.who} ${marked.does}`) ?? null)
}

describe('units that hardly fire', () => {
  test('are named, with a number, and the others are not', () => {
    expect(said([0.5, 1, 0.01])).toBeNull()
    expect(said([0.5, 1, 0.001])).toBe('Unit 3 fires on 0.1 %')
    expect(said([0, 1, 0.5])).toBe('Unit 1 never fires')
    expect(said([0, 1, 0.004])).toBe('Units 1 and 3 fire on 0.4 % or less')
    expect(said([0, 0, 1, 0])).toBe('Units 1, 2 and 4 never fire')
    expect(said([0, 0, 0, 0, 0, 0.002, 1])).toBe('Units 1, 2, 3 and 3 more fire on 0.2 % or less')
    expect(said([0, 0, 0])).toBe('All 3 units never fire')
  })

  test('of a sigmoid are those that are saturated', () => {
    expect(said([0.5, 1], 'sigmoid')).toBeNull()
    expect(said([0, 1], 'sigmoid')).toBe('Unit 1 is always saturated')
    expect(said([0.002, 1, 0], 'tanh')).toBe('Units 1 and 3 are saturated on 99.8 % or more')
    expect(plain(firingWords(firingOf([], 'sigmoid'), { kind: 'unit' }, 0.75))).toBe('is saturated on 25 %')
  })

  test('have shares that never round to what they are not', () => {
    expect([0, 0.0004, 0.001, 0.0125, 0.5, 0.998, 0.99999, 1].map((share) => plain(percentText(share)))).toEqual([
      '0 %',
      'less than 0.1 %',
      '0.1 %',
      '1.3 %',
      '50 %',
      '99.8 %',
      'almost 100 %',
      '100 %',
    ])
  })
})

test('the heading says what the pictures are of', () => {
  const words = (change: object) => subjectWords(subjectOf({ ...defaultSpecification(), ...change }, null))
  expect(words({ model: 'mlp', hidden: [30] })).toBe('30 hidden units')
  expect(words({ model: 'mlp', hidden: [1024, 30] })).toBe('1,024 hidden units')
  expect(words({ model: 'lenet' })).toBe('8 and 16 kernels')
  expect(words({ model: 'linear' })).toBe('ten digits')
  expect(words({ model: 'linear', digits: [3, 7], loss: 'mnist_loss' })).toBe('one output')
  expect(
    ['layer2.activation', 'conv1.activation', 'stem.activation', 'block1.conv1.activation', 'block2.activation'].map(
      layerWords,
    ),
  ).toEqual(['Layer 2', 'Convolution 1', 'First convolution', 'Inside block 1', 'Block 2'])
})

test('the ends of a scale keep two digits, however small', () => {
  expect([0, 0.584, -0.0302, 0.0049, 2.04e12].map(rangeText)).toEqual([
    '0.00',
    '+0.58',
    '\u22120.030',
    '+4.9e\u22123',
    '+2.0e12',
  ])
})

test('every place of the speed slider is a speed that the engine takes, and is found again', () => {
  for (const [place, speed] of speeds.entries()) {
    expect(speedAt(place)).toBe(speed)
    expect(placeOfSpeed(speed)).toBe(place)
    expect(commands['run.setSpeed'].arguments.parse({ speed })).toEqual({ speed })
  }
  expect([1, 50, null].map(speedText)).toEqual(['1/s', '50/s', 'full'])
  expect([1, 50, null].map(speedWords)).toEqual(['1 mini-batch a second', '50 mini-batches a second', 'full speed'])
  // One that another door has set stands at its neighbor.
  expect([0.1, 60, 1e5].map(placeOfSpeed)).toEqual([0, 5, speeds.length - 2])
})
