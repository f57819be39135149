/** "Did you mean ...?": the known name that a mistyped one is nearest to. */

/** ` Did you mean "train"?` with its leading space; empty where nothing known is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const nearest = nearestOf(given, known)
  return nearest === null ? '' : ` Did you mean "${nearest}"?`
}

/**
 * The name that fewest slips of the finger lead to `given` from, at most one for each three letters; or the only one that begins
 * with it. Null where there is none.
 */
export function nearestOf(given: string, known: readonly string[]): string | null {
  const wanted = given.toLowerCase()
  const beginning = known.filter((name) => wanted.length >= 2 && name.toLowerCase().startsWith(wanted))
  if (beginning.length === 1) return beginning[0] ?? null
  let nearest: string | null = null
  let fewest = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of known) {
    const slips = wanted === '' ? Infinity : slipsBetween(wanted, name.toLowerCase())
    if (slips >= fewest) continue
    fewest = slips
    nearest = name
  }
  return nearest
}

/** Letters to add, drop, change or swap with their neighbor: the distance of Damerau and Levenshtein, each pair swapped once. */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const at = (up: number, left: number): number => (up === 0 ? row : rows[i - up])?.[j - left] ?? Infinity
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (same ? 0 : 1), swapped ? at(2, 2) + 1 : Infinity))
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? Infinity
}
