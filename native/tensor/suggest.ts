/** The known name that is nearest to a mistyped one. */

/** Edits that make one text of the other: letters put in, taken out, changed, or two exchanged. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (rows[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(changed, (rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** Null where no name is near. */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > 60) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    if (candidate.length > 60) continue
    const same = candidate.toLowerCase() === name.toLowerCase()
    const own = same ? 0 : distance(name, candidate)
    if (own < least) {
      best = candidate
      least = own
    }
  }
  return best
}

/** " Did you mean mean3?", or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const found = nearest(name, known)
  return found === null ? '' : ` Did you mean ${found}?`
}
