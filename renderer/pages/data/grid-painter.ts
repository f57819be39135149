/** Paints the part of the grid that is in sight on one canvas: pictures, labels, the chosen one's ring. */
import type { ImagePage } from '../../../main/contract/types.ts'
import { SIDE } from '../../../data/image-set.ts'
import { paint } from '../../ui/color-scale.ts'
import { decimals } from '../../ui/format.ts'
import type { ImageAt, ImagePages } from './image-pages.ts'

/** In CSS pixels. */
export type GridShape = {
  readonly columns: number
  readonly tile: number
  readonly gapX: number
  readonly rowHeight: number
  /** Room around the pictures for rings. */
  readonly inset: number
  readonly fontSize: number
  readonly lines: 1 | 2
}

export type GridColors = {
  readonly rule: string
  readonly well: string
  readonly text: string
  readonly quiet: string
  readonly accent: string
  readonly accentLine: string
  readonly sheet: string
  readonly font: string
  readonly hairline: boolean
}

/** How much closer rows may stand, and how much farther apart, so that the last one in sight is whole; in CSS pixels. */
const CLOSER = 2.5
const FARTHER = 12

/** Near `natural`, and such that whole rows fill the height, where that can be. */
function fittingRowHeight(natural: number, height: number): number {
  const more = height / Math.ceil(height / natural)
  if (natural - more <= CLOSER) return more
  const fewer = height / Math.max(1, Math.floor(height / natural))
  return fewer - natural <= FARTHER ? fewer : natural
}

/**
 * As many columns as fit, their pictures as wide as then fits, with lines of text below, in rows that fill the height. `rem` is the
 * root font size.
 */
export function gridShape(width: number, height: number, rem: number, lines: 1 | 2): GridShape {
  const large = rem > 16
  const inset = 4
  const gapX = (large ? 0.5 : 0.3125) * rem
  const smallest = (large ? 2.75 : 2.4) * rem
  const room = Math.max(smallest, width - 2 * inset)
  const columns = Math.max(1, Math.floor((room + gapX) / (smallest + gapX)))
  const tile = (room - (columns - 1) * gapX) / columns
  const fontSize = 0.8125 * rem
  const natural = tile + lines * fontSize * 1.2 + 0.5 * rem
  return { columns, tile, gapX, inset, fontSize, lines, rowHeight: fittingRowHeight(natural, height - inset + 2) }
}

export function readColors(element: Element): GridColors {
  const style = getComputedStyle(element)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    rule: value('--rule'),
    well: value('--well'),
    text: value('--ink-2'),
    quiet: value('--ink-3'),
    accent: value('--accent'),
    accentLine: value('--accent-line'),
    sheet: value('--sheet'),
    font: value('--font-sans'),
    hairline: document.documentElement.dataset['mantineColorScheme'] !== 'dark',
  }
}

const ATLAS_COLUMNS = 20
const atlases = new WeakMap<ImagePage, HTMLCanvasElement>()

/** The colors of the 256 grays, as the four bytes of a pixel each. */
const grays = ((): Uint32Array => {
  const colors = new Uint8ClampedArray(256 * 4)
  paint(
    colors,
    Uint8Array.from({ length: 256 }, (_, value) => value),
    'ink',
    255,
  )
  return new Uint32Array(colors.buffer)
})()

/** The page's pictures side by side on one canvas, made when first shown: in one pass, since it happens between two frames. */
function atlasOf(page: ImagePage): HTMLCanvasElement {
  const known = atlases.get(page)
  if (known !== undefined) return known
  const atlas = document.createElement('canvas')
  const count = page.indices.length
  const width = ATLAS_COLUMNS * SIDE
  atlas.width = width
  atlas.height = Math.max(1, Math.ceil(count / ATLAS_COLUMNS)) * SIDE
  const pixels = new Uint8ClampedArray(width * atlas.height * 4)
  const words = new Uint32Array(pixels.buffer)
  let from = 0
  for (let row = 0; row < count; row += 1) {
    let to = Math.floor(row / ATLAS_COLUMNS) * SIDE * width + (row % ATLAS_COLUMNS) * SIDE
    for (let line = 0; line < SIDE; line += 1, to += width - SIDE) {
      for (let column = 0; column < SIDE; column += 1, from += 1, to += 1) {
        words[to] = grays[page.pixels[from] ?? 0] ?? 0
      }
    }
  }
  atlas.getContext('2d')?.putImageData(new ImageData(pixels, width, atlas.height), 0, 0)
  atlases.set(page, atlas)
  return atlas
}

export type GridView = {
  readonly pages: ImagePages
  readonly total: number
  readonly scrollTop: number
  readonly height: number
  readonly chosen: number
  readonly hovered: number | null
}

export function paintGrid(
  context: CanvasRenderingContext2D,
  shape: GridShape,
  colors: GridColors,
  view: GridView,
): void {
  const { columns, tile, gapX, rowHeight, inset, fontSize } = shape
  const { canvas } = context
  const scale = devicePixelRatio
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, canvas.width / scale, canvas.height / scale)
  context.imageSmoothingEnabled = true
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  const firstRow = Math.max(0, Math.floor(view.scrollTop / rowHeight))
  const lastRow = Math.floor((view.scrollTop + view.height) / rowHeight)
  for (let row = firstRow; row <= lastRow; row += 1) {
    const top = Math.round((inset + row * rowHeight - view.scrollTop) * scale) / scale
    for (let column = 0; column < columns; column += 1) {
      const position = row * columns + column
      if (position >= view.total) return
      const left = Math.round((inset + column * (tile + gapX)) * scale) / scale
      const image = view.pages.at(position)
      const chosen = position === view.chosen
      if (chosen) ring(context, colors.accent, left, top, tile, 3)
      else if (position === view.hovered) ring(context, colors.accentLine, left, top, tile, 2)
      else if (colors.hairline) ring(context, colors.rule, left, top, tile, 1)
      if (image === null) {
        context.fillStyle = colors.well
        context.fillRect(left, top, tile, tile)
        continue
      }
      const x = (image.row % ATLAS_COLUMNS) * SIDE
      const y = Math.floor(image.row / ATLAS_COLUMNS) * SIDE
      context.drawImage(atlasOf(image.page), x, y, SIDE, SIDE, left, top, tile, tile)
      context.fillStyle = chosen ? colors.accent : colors.text
      context.font = `${chosen ? 600 : 400} ${fontSize}px ${colors.font}`
      const baseline = top + tile + fontSize * 1.05 + (chosen ? 2 : 1)
      context.fillText(String(image.label), left + tile / 2, baseline)
      if (shape.lines === 1) continue
      context.fillStyle = chosen ? colors.accent : colors.quiet
      context.fillText(measureText(image), left + tile / 2, baseline + fontSize * 1.2)
    }
  }
}

/** What a view is sorted by, in the room below a picture: "like 4", "36.3", "0.214". */
export function measureText({ value, lookalike }: ImageAt): string {
  if (lookalike !== null) return `like ${lookalike}`
  if (value === null) return ''
  return decimals(value, value > 1 ? 1 : 3)
}

/** A frame around a picture; the picture is painted over its inside. */
function ring(
  context: CanvasRenderingContext2D,
  color: string,
  left: number,
  top: number,
  tile: number,
  width: number,
): void {
  context.fillStyle = color
  context.beginPath()
  context.roundRect(left - width, top - width, tile + 2 * width, tile + 2 * width, 2 + (width > 1 ? 2 : 0))
  context.fill()
}
