/** The colors of a cell in the three tables: it shines as its number says, and its figures have real contrast to that. No React. */
import type { Channel } from './picture.ts'

type Rgb = readonly [red: number, green: number, blue: number]

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]

/** Full red lies where neither white nor black figures are easy to read; a little darker, white ones are, at every value. */
const shine: Readonly<Record<Channel, number>> = { red: 0.92, green: 1, blue: 1 }

/** The light that a value gives in its table. */
export function lightOf(channel: Channel, value: number): Rgb {
  const light = Math.round(value * shine[channel])
  return [channel === 'red' ? light : 0, channel === 'green' ? light : 0, channel === 'blue' ? light : 0]
}

/** Background and color of the figures, for CSS. */
export function cellColors(channel: Channel, value: number): { readonly background: string; readonly color: string } {
  const light = lightOf(channel, value)
  const figures = contrast(light, WHITE) >= contrast(light, BLACK) ? WHITE : BLACK
  return { background: rgbText(light), color: rgbText(figures) }
}

/** How well one color is read on another, 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** Relative luminance of an sRGB color, 0 to 1 (WCAG 2.2). */
function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function linear(value: number): number {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function rgbText([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`
}
