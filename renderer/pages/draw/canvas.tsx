/** The canvas: pointer events become strokes. One pointer draws at a time; every point that the device reports is used. */
import { useEffect, useRef } from 'react'
import type { PointerEvent, ReactNode } from 'react'
import type { Point } from '../../../data/drawing.ts'
import {
  allStrokes,
  beginStroke,
  CANVAS_SIDE,
  drawing,
  endStroke,
  extendStroke,
  liveStroke,
  NO_PRESSURE,
  timeInDrawing,
} from '../../store/drawing.ts'
import { classes } from '../../ui/index.ts'
import styles from './canvas.module.css'
import { fitCanvas, paintAll, paintStroke } from './pen.ts'

type CanvasProps = {
  /** For screen readers: what is on it. */
  readonly label: string
  readonly onStrokeEnd?: () => void
  /** Lies beneath the ink. */
  readonly children?: ReactNode
  readonly className?: string | undefined
}

const round = (value: number): number => Math.round(value * 10) / 10

export function Canvas({ label, onStrokeEnd, children, className }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null)
  const pointer = useRef<number | null>(null)
  /** Where the canvas lies, asked once a stroke: asking while bars change would have the browser lay them out at once. */
  const box = useRef(new DOMRect())

  useEffect(() => {
    const canvas = ref.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return undefined
    const repaint = (): void => {
      paintAll(context, allStrokes())
    }
    const observer = new ResizeObserver(() => {
      if (fitCanvas(canvas)) repaint()
    })
    fitCanvas(canvas)
    repaint()
    observer.observe(canvas)
    const stop = drawing.subscribe(repaint)
    return () => {
      observer.disconnect()
      stop()
    }
  }, [])

  function pointOf(event: globalThis.PointerEvent): Point {
    const { left, top, width, height } = box.current
    const x = round(((event.clientX - left) / width) * CANVAS_SIDE)
    const y = round(((event.clientY - top) / height) * CANVAS_SIDE)
    // A mouse always says 0.5 and a finger often nothing of use; only a pen has pressure worth keeping.
    const pressure = event.pointerType === 'pen' ? Math.round(event.pressure * 1000) / 1000 : NO_PRESSURE
    return [x, y, pressure, timeInDrawing(event.timeStamp)]
  }

  function paintFrom(from: number): void {
    const context = ref.current?.getContext('2d')
    const stroke = liveStroke()
    if (context && stroke) paintStroke(context, stroke, from)
  }

  function down(event: PointerEvent<HTMLCanvasElement>): void {
    if (pointer.current !== null || event.button !== 0) return
    event.preventDefault()
    pointer.current = event.pointerId
    event.currentTarget.setPointerCapture(event.pointerId)
    box.current = event.currentTarget.getBoundingClientRect()
    beginStroke(pointOf(event.nativeEvent))
    paintFrom(0)
  }

  function move(event: PointerEvent<HTMLCanvasElement>): void {
    if (event.pointerId !== pointer.current) return
    const coalesced = event.nativeEvent.getCoalescedEvents()
    const from = liveStroke()?.length ?? 0
    const points = (coalesced.length === 0 ? [event.nativeEvent] : coalesced).map(pointOf)
    let last = liveStroke()?.at(-1)
    const fresh = points.filter((point) => {
      const moved = last === undefined || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 0.5
      if (moved) last = point
      return moved
    })
    extendStroke(fresh)
    paintFrom(from)
  }

  function end(event: PointerEvent<HTMLCanvasElement>): void {
    if (event.pointerId !== pointer.current) return
    pointer.current = null
    endStroke()
    onStrokeEnd?.()
  }

  return (
    <div className={classes(styles['canvas'], className)}>
      {children}
      <canvas
        ref={ref}
        role="img"
        aria-label={label}
        data-testid="canvas"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onLostPointerCapture={end}
      />
    </div>
  )
}
