/** The frame of a page: its question, the live answer below it, actions at the right, and a body that fills the height. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './page.module.css'

type PageProps = {
  /** The heading; also used for the document's title unless `title` is given. */
  readonly question: string
  /** One sentence; a live region. */
  readonly answer?: ReactNode
  /** Buttons at the right, Explain last. */
  readonly actions?: ReactNode
  /** The page's views, where it has several: `PageTabs`, on the question's line. */
  readonly tabs?: ReactNode
  /** Banners above the body. */
  readonly banner?: ReactNode
  /** Name of the page in the document's title: `Draw`. */
  readonly title: string
  /** Class of the body's grid. */
  readonly className?: string | undefined
  readonly children: ReactNode
}

export function Page({ question, answer, actions, tabs, banner, title, className, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} - Inkling`
  }, [title])
  return (
    <main className={styles['page']} id="page" tabIndex={-1} data-region>
      <header className={classes(styles['head'], tabs !== undefined && styles['tabbed'])}>
        <div className={styles['words']}>
          <h1>{question}</h1>
          <p role="status" aria-live="polite" aria-atomic="true">
            {answer}
          </p>
        </div>
        {tabs}
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </header>
      {banner}
      <div className={classes(styles['body'], className)}>{children}</div>
    </main>
  )
}
