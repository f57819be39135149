/** The mark of Inkling: a drop of ink in pixels, in the color of the text. */
import styles from './shell.module.css'

export function Logo() {
  return <span className={styles['mark']} role="img" aria-label="Inkling" />
}
