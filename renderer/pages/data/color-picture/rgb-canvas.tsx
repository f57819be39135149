/** A color picture on a canvas, one pixel a value; CSS makes it large. */
import { useLayoutEffect, useMemo, useRef } from 'react'
import { channels, pixelsOf } from './picture.ts'
import type { Channel, ColorPicture } from './picture.ts'
import styles from './color-picture.module.css'

type RgbCanvasProps = {
  readonly picture: ColorPicture
  /** The matrices that give light. */
  readonly on: Readonly<Record<Channel, boolean>>
  /** Empty for pictures whose text stands beside them. */
  readonly label: string
}

export function RgbCanvas({ picture, on, label }: RgbCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null)
  const { rows, columns } = picture
  const pixels = useMemo(() => pixelsOf(picture, on), [picture, on])
  useLayoutEffect(() => {
    ref.current?.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0)
  }, [pixels, rows, columns])
  return (
    <canvas
      ref={ref}
      width={columns}
      height={rows}
      className={styles['canvas']}
      style={{ aspectRatio: `${columns} / ${rows}` }}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}

/** Only this matrix gives light. */
export function alone(channel: Channel): Readonly<Record<Channel, boolean>> {
  return onlyOne[channel]
}

const onlyOne = Object.fromEntries(
  channels.map((channel) => [
    channel,
    { red: channel === 'red', green: channel === 'green', blue: channel === 'blue' },
  ]),
) as Readonly<Record<Channel, Readonly<Record<Channel, boolean>>>>
