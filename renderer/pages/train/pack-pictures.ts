/** How many columns a number of square pictures should have so that they are as large as their room allows. */

type Room = {
  readonly count: number
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly gap: number
  readonly labelHeight: number
  /** Pictures smaller than this get no label. */
  readonly leastLabelled: number
}

export type Packing = { readonly columns: number; readonly side: number; readonly labelled: boolean }

/** The largest side with which all pictures fit, whole pixels; 0 when there is no room yet. */
function pack({ count, width, height, gap }: Room, labelHeight: number): { columns: number; side: number } {
  let best = { columns: 1, side: 0 }
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns)
    const wide = (width - gap * (columns - 1)) / columns
    const high = (height - gap * (rows - 1)) / rows - labelHeight
    const side = Math.floor(Math.min(wide, high))
    if (side > best.side) best = { columns, side }
  }
  return best
}

export function packPictures(room: Room): Packing {
  const labelled = pack(room, room.labelHeight)
  if (labelled.side >= room.leastLabelled) return { ...labelled, labelled: true }
  return { ...pack(room, 0), labelled: false }
}
