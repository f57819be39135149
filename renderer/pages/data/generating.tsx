/** While the built-in digits are written: how far it is. */
import { useState } from 'react'
import { useEvent } from '../../connection.ts'
import styles from './data.module.css'

/** How far the built-in set is written, 0 to 1; null when nothing is being written. */
export function useGeneration(dataset: string): number | null {
  const [fraction, setFraction] = useState<number | null>(null)
  useEvent('dataset.progressed', (event) => {
    if (event.dataset === dataset) setFraction(event.fraction >= 1 ? null : event.fraction)
  })
  return fraction
}

export function Generating({ title, fraction }: { readonly title: string; readonly fraction: number }) {
  const percent = Math.floor(fraction * 100)
  return (
    <div className={styles['generating']} role="status">
      <b>
        Writing the digits of {title}: {percent} %
      </b>
      <div className={styles['bar']}>
        <i style={{ width: `${percent}%` }} />
      </div>
      <span className="caption">This happens once. They are kept on this computer.</span>
    </div>
  )
}
