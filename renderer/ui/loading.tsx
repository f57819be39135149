/** Waiting, quietly: nothing for 300 ms, then still shapes, and words after 2 s. */
import { useEffect, useState } from 'react'
import styles from './empty-state.module.css'

type LoadingProps = {
  /** What is being done: "Reading MNIST". */
  readonly words: string
  readonly shapes?: number
}

export function Loading({ words, shapes = 8 }: LoadingProps) {
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
    <div className={styles['loading']} aria-busy="true">
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
