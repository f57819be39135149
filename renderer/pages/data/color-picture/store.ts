/** The color picture that is shown, its edits, and which of its cells are chosen. Kept while the tab is open. */
import { createStore } from 'zustand'
import { samplePicture, withValue } from './picture.ts'
import type { Cells, Channel, ColorPicture } from './picture.ts'

/** The chosen cells: from where a drag began to where it is. */
export type Selection = {
  readonly channel: Channel
  readonly from: { readonly row: number; readonly column: number }
  readonly to: { readonly row: number; readonly column: number }
}

type PictureState = {
  /** As it was opened. */
  readonly original: ColorPicture
  readonly picture: ColorPicture
  /** Earlier states, newest last. */
  readonly past: readonly ColorPicture[]
  readonly on: Readonly<Record<Channel, boolean>>
  readonly selection: Selection
  /** Of one's own picture; null for the built-in one. */
  readonly file: File | null
}

const MOST_UNDO = 100
const allOn = { red: true, green: true, blue: true } as const
const corner: Selection = { channel: 'red', from: { row: 0, column: 0 }, to: { row: 0, column: 0 } }

export const colors = createStore<PictureState>(() => showing(samplePicture(), null))

function showing(picture: ColorPicture, file: File | null): PictureState {
  return { original: picture, picture, past: [], on: allOn, selection: corner, file }
}

export function showPicture(picture: ColorPicture, file: File | null): void {
  colors.setState(showing(picture, file))
}

export function cellsOf({ from, to }: Selection): Cells {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  }
}

export function choose(selection: Selection): void {
  colors.setState({ selection })
}

type PaintOptions = {
  /** Instead of the chosen table's. */
  readonly channel?: Channel
  /** It goes on with the last edit, as when a number is typed figure by figure: one step of Undo for all. */
  readonly further?: boolean
}

/** Writes a value over the chosen cells. */
export function paint(value: number, { channel, further = false }: PaintOptions = {}): void {
  colors.setState(({ picture, past, selection }) => ({
    picture: withValue(picture, channel ?? selection.channel, cellsOf(selection), value),
    past: further ? past : [...past, picture].slice(-MOST_UNDO),
  }))
}

export function undo(): void {
  colors.setState(({ picture, past }) => ({ picture: past.at(-1) ?? picture, past: past.slice(0, -1) }))
}

export function startOver(): void {
  colors.setState(({ original, past, picture }) => ({
    picture: original,
    on: allOn,
    past: picture === original ? past : [...past, picture].slice(-MOST_UNDO),
  }))
}

export function toggle(channel: Channel): void {
  colors.setState(({ on }) => ({ on: { ...on, [channel]: !on[channel] } }))
}
