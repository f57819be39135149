/** Places labels that want to stand at the ends of lines so that they can be read. */

/** Moves labels down, then up from the floor, so that none overlaps the one before it. */
export function spread(
  labels: readonly { readonly wanted: number; readonly height: number }[],
  floor: number,
): number[] {
  const order = labels.map((_, index) => index).sort((a, b) => (labels[a]?.wanted ?? 0) - (labels[b]?.wanted ?? 0))
  const tops = labels.map((label) => label.wanted)
  let bottom = -Infinity
  for (const index of order) {
    const height = labels[index]?.height ?? 0
    tops[index] = Math.max(tops[index] ?? 0, bottom)
    bottom = (tops[index] ?? 0) + height
  }
  let limit = floor
  for (const index of order.reverse()) {
    const height = labels[index]?.height ?? 0
    tops[index] = Math.min(tops[index] ?? 0, limit - height)
    limit = tops[index] ?? 0
  }
  return tops
}
