/** A mistake: the text with the place marked, and what was expected, what was found and what to do. */
import { IconAlertCircle } from '@tabler/icons-react'
import type { ErrorPayload } from '../../../../data/error.ts'
import styles from './mistake.module.css'

export function MistakeNote({ source, problem }: { readonly source: string; readonly problem: ErrorPayload }) {
  const { start, end, line, column } = problem.details
  const placed = typeof start === 'number' && typeof end === 'number'
  const from = placed ? start : source.length
  const to = placed ? Math.max(end, from + 1) : source.length
  const shown = source.slice(from, to)
  return (
    <div className={styles['note']} role="alert">
      <pre className={styles['source']}>
        {source.slice(0, from)}
        {placed ? <mark>{shown.trim() === '' ? '\u2423' : shown}</mark> : null}
        {source.slice(to)}
      </pre>
      <div className={styles['words']}>
        <IconAlertCircle size="1.25rem" stroke={1.75} aria-hidden />
        <div>
          {typeof line === 'number' && typeof column === 'number' ? (
            <b>
              Line {line}, column {column}.{' '}
            </b>
          ) : null}
          <Message text={problem.message} />
        </div>
        <code>{problem.code}</code>
      </div>
    </div>
  )
}

/** Lines that begin with spaces are a drawing of shapes, which keeps its columns. */
function Message({ text }: { readonly text: string }) {
  const lines = text.split('\n')
  const drawing = lines.filter((line) => line.startsWith('  '))
  if (drawing.length === 0) return <>{text}</>
  const before = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('  ')),
  )
  const after = lines.slice(lines.findLastIndex((line) => line.startsWith('  ')) + 1)
  return (
    <>
      {before.join(' ')}
      <pre className={styles['drawing']}>{drawing.map((line) => line.slice(2)).join('\n')}</pre>
      {after.join(' ')}
    </>
  )
}
