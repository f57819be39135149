/** Waiting, quietly: nothing for 300 ms, then still shapes, and words after 2 s. */
import { useEffect, useState } from 'react'
import { classes } from './classes.ts'
import styles from './empty-state.module.css'

type LoadingProps = {
  /** What is being done: "Reading MNIST". */
  readonly words: string
  readonly shapes?: number
  /** May set `--shape-columns`, `--shape-gap` and `--shape-aspect`, so that the shapes stand where the pictures will. */
  readonly className?: string | undefined
}

export function Loading({ words, shapes = 8, className }: LoadingProps) {
  const [stage, setStage] = useState<'nothing' | 'shapes' | 'words'>('nothing')
  useEffect(() => {
    const first = setTimeout(() => {
      setStage('shapes')
    }, 300)
    const second = setTimeout(() => {
      setStage('words')
    }, 2000)
    return () => {
      clearTimeout(first)
      clearTimeout(second)
    }
  }, [])
  return (
    <div className={classes(styles['loading'], className)} aria-busy="true">
      {stage === 'nothing' ? null : (
        <div className={styles['shapes']} aria-hidden>
          {Array.from({ length: shapes }, (_, index) => (
            <span key={index} />
          ))}
        </div>
      )}
      {stage === 'words' ? <p className={styles['words']}>{words}…</p> : null}
    </div>
  )
}
