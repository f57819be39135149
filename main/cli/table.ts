/** Plain-text tables. */

export type Alignment = 'left' | 'right'

/** Rows as lines with aligned columns, two spaces apart; a column without an alignment is left-aligned. */
export function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[] = []): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
    })
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return alignments[column] === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

/** 60000 -> '60,000'. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

/** .9511 -> '95.11 %'. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`
}

/** A confusion matrix: a row for each true class, a column for each answer. */
export function confusionTable(digits: readonly number[], confusion: readonly (readonly number[])[]): string[] {
  const header = ['true \\ read', ...digits.map(String)]
  const rows = confusion.map((row, index) => [String(digits[index]), ...row.map(grouped)])
  return table(
    [header, ...rows],
    header.map(() => 'right' as const),
  )
}
