/** Shown when the address has no key, or an old one: says what to open instead. */
import { useEffect } from 'react'
import { Logo } from './logo.tsx'
import styles from './shell.module.css'

export function AccessPage() {
  useEffect(() => {
    document.title = 'Inkling needs its newest address'
  }, [])
  return (
    <main className={styles['access']}>
      <div>
        <Logo />
        <h1>Open the address that Inkling printed</h1>
        <p>
          Each start of Inkling has a new address with a key in it, so that no other program can use it. This tab has no
          key, or an old one.
        </p>
        <p>Look into the terminal where Inkling runs, and open the line that looks like this:</p>
        <pre>{`${location.origin}/#token=…`}</pre>
        <p>If Inkling no longer runs, start it again. What was saved is kept.</p>
      </div>
    </main>
  )
}
