/** How many columns a number of square pictures should have so that they are as large as their room allows. */

type Room = {
  readonly count: number
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly gap: number
  readonly labelHeight: number
  /** Of what stands below each picture, with a label or without. */
  readonly lineHeight?: number
  /** Pictures smaller than this get no label. */
  readonly leastLabelled: number
}

export type Packing = { readonly columns: number; readonly side: number; readonly labelled: boolean }

/** A full last row is worth this share of the size. */
const WORTH_OF_ORDER = 0.9

/** The largest side with which all pictures fit above so much else, whole pixels; 0 when there is no room yet. */
function pack({ count, width, height, gap }: Room, below: number): { columns: number; side: number } {
  const packings = Array.from({ length: count }, (_, index) => {
    const columns = index + 1
    const rows = Math.ceil(count / columns)
    const wide = (width - gap * (columns - 1)) / columns
    const high = (height - gap * (rows - 1)) / rows - below
    const side = Math.max(0, Math.floor(Math.min(wide, high)))
    return { columns, side, worth: side * (count % columns === 0 ? 1 : WORTH_OF_ORDER) }
  })
  return packings.reduce((best, each) => (each.worth > best.worth ? each : best), { columns: 1, side: 0, worth: 0 })
}

export function packPictures(room: Room): Packing {
  const { lineHeight = 0 } = room
  const labelled = pack(room, lineHeight + room.labelHeight)
  if (labelled.side >= room.leastLabelled) return { columns: labelled.columns, side: labelled.side, labelled: true }
  const { columns, side } = pack(room, lineHeight)
  return { columns, side, labelled: false }
}
