/** Paints strokes on the canvas: smooth curves through the midpoints of the pen's points, as wide as its pressure says. */
import type { Point, Stroke } from '../../../data/drawing.ts'
import { defaultInkOptions, widthFactor } from '../../../data/ink/index.ts'
import { CANVAS_SIDE } from '../../store/drawing.ts'

/** Width of the pen without pressure, in units of the canvas. */
const PEN_WIDTH = 74
/** How much pressure changes the width, as in the ink that the models read. */
const PRESSURE = defaultInkOptions.pressure

function widthAt(point: Point): number {
  return PEN_WIDTH * widthFactor(point[2], PRESSURE)
}

/** Sets the canvas to its size on the screen in device pixels; true when that changed it, which also clears it. */
export function fitCanvas(canvas: HTMLCanvasElement): boolean {
  const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio))
  if (canvas.width === side && canvas.height === side) return false
  canvas.width = side
  canvas.height = side
  return true
}

function prepare(context: CanvasRenderingContext2D): void {
  const scale = context.canvas.width / CANVAS_SIDE
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = '#000'
  context.fillStyle = '#000'
}

/** Paints the part of a stroke from point `from` on; with 0 the whole stroke. */
export function paintStroke(context: CanvasRenderingContext2D, stroke: Stroke, from = 0): void {
  prepare(context)
  const first = stroke[0]
  if (first === undefined) return
  if (from === 0) {
    context.beginPath()
    context.arc(first[0], first[1], widthAt(first) / 2, 0, Math.PI * 2)
    context.fill()
  }
  // Curves end at midpoints; the last half segment is a straight line, painted over when the next point comes.
  for (let index = Math.max(1, from); index < stroke.length; index += 1) {
    const before = stroke[index - 2] ?? first
    const corner = stroke[index - 1] ?? first
    const point = stroke[index] ?? first
    context.beginPath()
    context.lineWidth = (widthAt(corner) + widthAt(point)) / 2
    context.moveTo((before[0] + corner[0]) / 2, (before[1] + corner[1]) / 2)
    context.quadraticCurveTo(corner[0], corner[1], (corner[0] + point[0]) / 2, (corner[1] + point[1]) / 2)
    context.lineTo(point[0], point[1])
    context.stroke()
  }
}

export function paintAll(context: CanvasRenderingContext2D, strokes: readonly Stroke[]): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  for (const stroke of strokes) paintStroke(context, stroke)
}
