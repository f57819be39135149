/** A picture with a hairline and a label below it; chosen has a blue ring, marked a yellow one. Pressable where `onClick` is given. */
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './tile.module.css'

type TileProps = {
  /** The picture, usually a Heatmap. */
  readonly children: ReactNode
  readonly label?: ReactNode
  readonly selected?: boolean
  readonly marked?: boolean
  readonly disabled?: boolean
  readonly title?: string
  readonly onClick?: () => void
  readonly className?: string | undefined
}

export function Tile({ children, label, selected, marked, disabled, title, onClick, className }: TileProps) {
  const state = {
    'data-selected': selected === true || undefined,
    'data-marked': marked === true || undefined,
    className: classes(styles['tile'], className),
    title,
  }
  const inside = (
    <>
      <span className={styles['picture']}>{children}</span>
      {label === undefined ? null : <span className={styles['label']}>{label}</span>}
    </>
  )
  if (onClick === undefined) return <div {...state}>{inside}</div>
  return (
    <button type="button" {...state} aria-pressed={selected === true} disabled={disabled} onClick={onClick}>
      {inside}
    </button>
  )
}
