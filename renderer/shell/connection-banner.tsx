/** What the person should know of the engine and of the connection: what happened, what is unharmed, what to do. */
import { Button } from '@mantine/core'
import { Banner } from '../ui/banner.tsx'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { connect, dismissRestart, useConnection } from '../connection.ts'
import styles from './shell.module.css'

export function ConnectionBanner() {
  const status = useConnection((state) => state.status)
  const engine = useConnection((state) => state.engine)
  const problem = useConnection((state) => state.problem)
  const restarted = useConnection((state) => state.restarted)
  const content = notice()
  return content === null ? null : <div className={styles['notice']}>{content}</div>

  function notice() {
    if (status === 'lost') {
      return (
        <Banner
          kind="warn"
          inline
          title="Inkling does not answer."
          actions={
            <Button
              onClick={() => {
                connect()
              }}
            >
              Try now
            </Button>
          }
        >
          What was saved is kept. Start it again: this page keeps trying.
        </Banner>
      )
    }
    if (engine === 'failed' && problem !== null) return <ErrorBanner error={problem} />
    if (engine === 'restarting') {
      return (
        <Banner kind="warn" inline title="The engine stopped and is being started again.">
          What was saved is kept, and so is your drawing.
        </Banner>
      )
    }
    if (restarted) {
      return (
        <Banner
          kind="warn"
          inline
          title="The engine stopped and was restarted."
          actions={<Button onClick={dismissRestart}>Go on</Button>}
        >
          What was saved is kept, a run up to its last recorded step.
        </Banner>
      )
    }
    return null
  }
}
