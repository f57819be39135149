/** The line below a picture: how often its unit fires. The picture's name tells it too. */
import styles from './weights-panel.module.css'

export function FiringLine({ share }: { readonly share: number }) {
  return (
    <div className={styles['line']} aria-hidden>
      <i style={{ width: `${share * 100}%` }} />
    </div>
  )
}
