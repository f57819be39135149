/** What is kept beside an imported set's images, in JSON. People and disks change files, so that what is read is checked. */
import type { ImportReport, Skipped } from './import/report.ts'
import { resizes } from './import/resize.ts'

/** What is kept beside the images. */
export type ImportedDescription = {
  readonly title: string
  readonly classes: readonly string[]
  /** Milliseconds since 1970. */
  readonly importedAt: number
  readonly report: ImportReport
}

/** Part of the description: raise it when its form changes. */
const FORM = 1

export function writeDescription(description: ImportedDescription): string {
  return `${JSON.stringify({ form: FORM, ...description }, null, 2)}\n`
}

/** Null for what this version did not write, or what was changed since. */
export function readDescription(text: string): ImportedDescription | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
  if (!isRecord(value) || value['form'] !== FORM) return null
  const { title, classes, importedAt, report } = value
  if (typeof title !== 'string' || typeof importedAt !== 'number') return null
  return isTexts(classes) && isReport(report) ? { title, classes, importedAt, report } : null
}

type Fields = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function areNumbers(fields: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === 'number')
}

function isReport(value: unknown): value is ImportReport {
  if (!isRecord(value)) return false
  const { source, format, resize, images, skipped, holdOut, notes } = value
  return (
    typeof source === 'string' &&
    typeof format === 'string' &&
    resizes.some((known) => known === resize) &&
    isRecord(images) &&
    areNumbers(images, 'train', 'test') &&
    areNumbers(value, 'kept', 'fitted', 'inverted') &&
    Array.isArray(skipped) &&
    skipped.every(isSkipped) &&
    (holdOut === null || (isRecord(holdOut) && areNumbers(holdOut, 'fraction', 'seed'))) &&
    isTexts(notes)
  )
}

function isSkipped(value: unknown): value is Skipped {
  return (
    isRecord(value) &&
    typeof value['reason'] === 'string' &&
    typeof value['example'] === 'string' &&
    areNumbers(value, 'count')
  )
}
