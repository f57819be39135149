/** Writes down how shapes were fitted in an evaluation, so that a page can draw it. */
import { explainBroadcast } from './broadcast.ts'
import type { Broadcast } from './broadcast.ts'
import { shapeText } from './tensor.ts'
import type { Value } from './values.ts'

/** An operation of two tensors, or of a tensor and a number, and how their shapes were fitted. */
export type BroadcastRecord = Broadcast & {
  readonly operator: string
  /** The operation as it was typed. */
  readonly text: string
  /** Line of the evaluated text, from 1. */
  readonly line: number
}

/** Operations that are kept of one evaluation, at most. */
const MOST_RECORDS = 40

export class BroadcastLog {
  readonly records: BroadcastRecord[] = []

  /** Kept once for each text, line and pair of shapes; operations of plain numbers are left out. */
  add(operator: string, left: Value, right: Value, text: string, line: number): void {
    if (this.records.length >= MOST_RECORDS || (left.kind !== 'tensor' && right.kind !== 'tensor')) return
    const a = left.kind === 'tensor' ? left.shape : []
    const b = right.kind === 'tensor' ? right.shape : []
    if (a.length === 0 && b.length === 0) return
    const same = this.records.some(
      (other) =>
        other.text === text &&
        other.line === line &&
        shapeText(other.left.shape) === shapeText(a) &&
        shapeText(other.right.shape) === shapeText(b),
    )
    if (!same) this.records.push({ ...explainBroadcast(a, b), operator, text, line })
  }
}
