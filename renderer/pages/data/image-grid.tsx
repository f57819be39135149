/** The grid of images: a tall scroller with one canvas that follows it, so that 60,000 images scroll as easily as sixty. */
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent, RefObject } from 'react'
import { thousands } from '../../ui/format.ts'
import { gridShape, paintGrid, readColors } from './grid-painter.ts'
import type { GridShape } from './grid-painter.ts'
import type { ImagePages } from './image-pages.ts'
import styles from './image-grid.module.css'

export type Focusable = { readonly focus: () => void }

type ImageGridProps = {
  /** So that the page can give the focus back to the grid. */
  readonly gridRef: RefObject<Focusable | null>
  readonly pages: ImagePages
  /** Grows when pages came. */
  readonly version: number
  readonly total: number
  /** Lines below each picture: the label, and what it is sorted by. */
  readonly lines: 1 | 2
  /** Place of the chosen image within the view. */
  readonly chosen: number
  readonly onChoose: (position: number) => void
  /** Enter: the image itself. */
  readonly onOpen: () => void
  /** What is shown, for screen readers: "Training images of MNIST". */
  readonly label: string
  readonly describe: (position: number) => string
}

function rootFontSize(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize)
}

export function ImageGrid(props: ImageGridProps) {
  const { gridRef, pages, version, total, lines, chosen, onChoose, onOpen, label, describe } = props
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [shape, setShape] = useState<GridShape | null>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const hovered = useRef<number | null>(null)
  const frame = useRef(0)
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  useImperativeHandle(gridRef, () => ({ focus: () => scroller.current?.focus() }), [])
  const rows = shape === null ? 0 : Math.ceil(total / shape.columns)
  const height = shape === null ? 0 : rows * shape.rowHeight + shape.inset

  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const measure = (): void => {
      const { clientWidth, clientHeight } = element
      setSize({ width: clientWidth, height: clientHeight })
      setShape(gridShape(clientWidth, clientHeight, rootFontSize(), lines))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => {
      observer.disconnect()
    }
  }, [lines])

  function draw(): void {
    frame.current = 0
    const context = canvas.current?.getContext('2d')
    const element = scroller.current
    if (!context || element === null || shape === null) return
    const { scrollTop } = element
    const first = Math.max(0, Math.floor(scrollTop / shape.rowHeight)) * shape.columns
    const last = Math.min(total - 1, (Math.floor((scrollTop + size.height) / shape.rowHeight) + 1) * shape.columns - 1)
    pages.want(first, Math.max(first, last))
    paintGrid(context, shape, readColors(element), {
      pages,
      total,
      scrollTop,
      height: size.height,
      chosen,
      hovered: hovered.current,
    })
  }

  const newestDraw = useRef(draw)
  useLayoutEffect(() => {
    newestDraw.current = draw
  })
  const drawSoon = (): void => {
    if (frame.current === 0) frame.current = requestAnimationFrame(() => newestDraw.current())
  }
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current)
      frame.current = 0
    },
    [],
  )

  useLayoutEffect(() => {
    const element = canvas.current
    if (element === null) return
    element.width = Math.round(size.width * devicePixelRatio)
    element.height = Math.round(size.height * devicePixelRatio)
    newestDraw.current()
  }, [size, shape])
  useLayoutEffect(() => {
    newestDraw.current()
  }, [pages, version, total, chosen, scheme])

  // The chosen image stays in sight; a new view starts where it is.
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || shape === null) return
    const top = Math.floor(chosen / shape.columns) * shape.rowHeight
    const bottom = top + shape.rowHeight + shape.inset
    if (top < element.scrollTop) element.scrollTop = top
    else if (bottom > element.scrollTop + element.clientHeight) {
      const near = bottom <= element.scrollTop + element.clientHeight + 3 * shape.rowHeight
      element.scrollTop = near ? bottom - element.clientHeight : top - Math.floor(element.clientHeight / 3)
    }
  }, [chosen, shape, pages, height])

  function positionAt(event: { readonly clientX: number; readonly clientY: number }): number | null {
    const element = scroller.current
    if (element === null || shape === null) return null
    const box = element.getBoundingClientRect()
    const x = event.clientX - box.left - shape.inset
    const y = event.clientY - box.top + element.scrollTop - shape.inset
    const column = Math.floor((x + shape.gapX / 2) / (shape.tile + shape.gapX))
    if (column < 0 || column >= shape.columns || y < 0) return null
    const position = Math.floor(y / shape.rowHeight) * shape.columns + column
    return position < total ? position : null
  }

  function keyDown(event: KeyboardEvent): void {
    if (shape === null || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor(size.height / shape.rowHeight) - 1) * shape.columns
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -shape.columns,
      ArrowDown: shape.columns,
      PageUp: -page,
      PageDown: page,
      Home: -total,
      End: total,
    }
    const step = steps[event.key]
    if (event.key === 'Enter') onOpen()
    else if (step === undefined) return
    else onChoose(Math.max(0, Math.min(total - 1, chosen + step)))
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      onScroll={drawSoon}
      onKeyDown={keyDown}
      tabIndex={0}
      role="grid"
      aria-label={`${label}, ${thousands(total)}`}
      aria-rowcount={rows}
      aria-colcount={shape?.columns ?? 1}
      aria-activedescendant="chosen-image"
      data-testid="image-grid"
    >
      <div style={{ height }}>
        <canvas
          ref={canvas}
          className={styles['canvas']}
          style={{ width: size.width, height: size.height }}
          aria-hidden
          onPointerMove={(event) => {
            const position = positionAt(event)
            if (position === hovered.current) return
            hovered.current = position
            event.currentTarget.style.cursor = position === null ? 'default' : 'pointer'
            drawSoon()
          }}
          onPointerLeave={() => {
            hovered.current = null
            drawSoon()
          }}
          onClick={(event) => {
            const position = positionAt(event)
            if (position !== null) onChoose(position)
          }}
        />
      </div>
      <div role="row" aria-rowindex={shape === null ? 1 : Math.floor(chosen / shape.columns) + 1}>
        <div
          id="chosen-image"
          role="gridcell"
          aria-selected="true"
          aria-colindex={shape === null ? 1 : (chosen % shape.columns) + 1}
          className="visually-hidden"
        >
          {describe(chosen)}, {thousands(chosen + 1)} of {thousands(total)}
        </div>
      </div>
    </div>
  )
}
