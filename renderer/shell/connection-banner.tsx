/** What the person should know of the engine and of the connection: what happened, what is unharmed, what to do. */
import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { connect, dismissRestart, useConnection } from '../connection.ts'
import styles from './shell.module.css'

export function ConnectionBanner() {
  const status = useConnection((state) => state.status)
  const engine = useConnection((state) => state.engine)
  const problem = useConnection((state) => state.problem)
  const restarted = useConnection((state) => state.restarted && state.tellers === 0)
  if (status === 'lost') {
    return (
      <Strip title="Inkling does not answer." action={{ words: 'Try now', run: connect }}>
        What was saved is kept. Start it again: this page keeps trying.
      </Strip>
    )
  }
  if (engine === 'failed' && problem !== null) {
    return (
      <div className={styles['notice']}>
        <ErrorBanner error={problem} />
      </div>
    )
  }
  if (engine === 'restarting') {
    return (
      <Strip title="The engine stopped and is being started again.">
        What was saved is kept, and so is your drawing.
      </Strip>
    )
  }
  if (restarted) {
    return (
      <Strip title="The engine stopped and was restarted." action={{ words: 'Go on', run: dismissRestart }}>
        What was saved is kept, a run up to its last recorded step.
      </Strip>
    )
  }
  return null
}

type StripProps = {
  readonly title: string
  readonly children: ReactNode
  readonly action?: { readonly words: string; readonly run: () => void }
}

/** One line along the upper edge, so that it leaves the height to the page and to the banner that the page may have. */
function Strip({ title, children, action }: StripProps) {
  return (
    <div className={styles['strip']} role="status">
      <IconAlertTriangle size="1.125rem" stroke={1.75} aria-hidden />
      <p>
        <b>{title}</b> {children}
      </p>
      {action === undefined ? null : <Button onClick={action.run}>{action.words}</Button>}
    </div>
  )
}
