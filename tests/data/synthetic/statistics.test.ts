/**
 * The simulated hand against MNIST's training digits as SYNTHESIS measured them: ink, slant and pen width per digit.
 * Tolerances are about half of what one digit differs from another.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { describeWithMnist } from '../../mnist.ts'

/** Per digit: mean of pixel / 255; mean slant in degrees, right positive. */
const mnistInk = [0.171, 0.075, 0.148, 0.141, 0.122, 0.127, 0.137, 0.115, 0.149, 0.123]
const mnistSlant = [12.1, 12, 5.8, 3.7, 2.5, 11.8, 1.7, 1.6, 10.6, -0.3]

const perDigit = 400
const { images, labels } = generateDigits({ count: 10 * perDigit, seed: 21 })

function statisticsOf(digit: number) {
  const ink: number[] = []
  const slant: number[] = []
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== digit) continue
    const pixels = images.subarray(i * 784, (i + 1) * 784)
    let mass = 0
    let x = 0
    let y = 0
    pixels.forEach((value, pixel) => {
      mass += value
      x += value * (pixel % 28)
      y += value * Math.floor(pixel / 28)
    })
    let mixed = 0
    let vertical = 0
    pixels.forEach((value, pixel) => {
      const down = Math.floor(pixel / 28) - y / mass
      mixed += value * ((pixel % 28) - x / mass) * down
      vertical += value * down * down
    })
    ink.push(mass / 784 / 255)
    slant.push((Math.atan(-mixed / vertical) * 180) / Math.PI)
  }
  return { ink, slant }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('the simulated hand, beside MNIST', () => {
  const digits = Array.from({ length: 10 }, (_, digit) => statisticsOf(digit))

  it('uses as much ink for each digit', () => {
    digits.forEach(({ ink }, digit) => {
      expect(Math.abs(mean(ink) - mnistInk[digit]!)).toBeLessThan(0.022)
    })
    expect(Math.abs(mean(digits.flatMap(({ ink }) => ink)) - 0.131)).toBeLessThan(0.006)
  })

  it('leans each digit to the same side, by about as much and as variously', () => {
    digits.forEach(({ slant }, digit) => {
      expect(Math.abs(mean(slant) - mnistSlant[digit]!)).toBeLessThan(6)
    })
    const all = digits.flatMap(({ slant }) => slant)
    expect(Math.abs(mean(all) - 6.1)).toBeLessThan(2)
    const deviation = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)))
    expect(Math.abs(deviation - 14.7)).toBeLessThan(3)
  })

  it('has the gray levels of area averaging: a tenth faint, two fifths full', () => {
    const inked = images.filter((value) => value > 0)
    const share = (from: number, to: number): number =>
      inked.filter((value) => value >= from && value < to).length / inked.length
    expect(Math.abs(share(1, 32) - 0.11)).toBeLessThan(0.03)
    expect(Math.abs(share(32, 192) - 0.35)).toBeLessThan(0.05)
    expect(Math.abs(share(252, 256) - 0.37)).toBeLessThan(0.05)
  })
})

/** Line width of an image: twice its ink over the length of its outline (the sum of the gradient's length). */
function lineWidth(pixels: Uint8Array): number {
  let mass = 0
  let outline = 0
  for (let i = 0; i < 27 * 28; i++) {
    const value = pixels[i]!
    mass += value
    if (i % 28 < 27) outline += Math.hypot(pixels[i + 1]! - value, pixels[i + 28]! - value)
  }
  return (2 * mass) / outline
}

function percentiles(values: Float64Array): number[] {
  const sorted = values.toSorted()
  return [0.05, 0.5, 0.95].map((part) => sorted[Math.floor(part * sorted.length)]!)
}

describeWithMnist('the simulated pen, beside MNIST', (folder) => {
  it('is as thin, as usual and as thick as the pens of the training digits', () => {
    const mnist = gunzipSync(readFileSync(join(folder, 'train-images-idx3-ubyte.gz'))).subarray(16)
    const widths = (all: Uint8Array): Float64Array =>
      Float64Array.from({ length: 4000 }, (_, i) => lineWidth(all.subarray(i * 784, (i + 1) * 784)))
    const real = percentiles(widths(mnist))
    percentiles(widths(images)).forEach((width, i) => {
      expect(Math.abs(width / real[i]! - 1)).toBeLessThan(0.08)
    })
  })
})
