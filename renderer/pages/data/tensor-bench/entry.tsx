/** One evaluated text: the text itself, its results, how shapes were broadcast, and the mistake that ended it. */
import { memo } from 'react'
import type { ShownOutput, ShownValue } from '../../../../main/contract/types.ts'
import { ErrorBanner, Heatmap } from '../../../ui/index.ts'
import { Broadcasting } from './broadcasting.tsx'
import { MistakeNote } from './mistake.tsx'
import type { Entry } from './store.ts'
import { ValueCard } from './value.tsx'
import styles from './tensor-bench.module.css'

export const EntryCard = memo(function EntryCard({ entry }: { readonly entry: Entry }) {
  const { source, evaluation, failure } = entry
  const problem = evaluation?.problem ?? null
  return (
    <li className={styles['entry']}>
      {problem === null ? (
        <pre className={styles['source']}>{source}</pre>
      ) : (
        <MistakeNote source={source} problem={problem} />
      )}
      {failure === null ? null : <ErrorBanner error={failure} />}
      {evaluation === null ? (
        failure === null ? (
          <p className="caption">Computing</p>
        ) : null
      ) : (
        <>
          {evaluation.outputs.map((output, index) => (
            <Output key={index} output={output} single={evaluation.outputs.length === 1} />
          ))}
          <Broadcasting records={evaluation.broadcasts} />
        </>
      )}
    </li>
  )
})

function Output({ output, single }: { readonly output: ShownOutput; readonly single: boolean }) {
  if (output.kind === 'printed') return <pre className={styles['printed']}>{output.text.trimEnd()}</pre>
  if (output.kind === 'picture') return <Picture output={output} />
  return <Value value={output.value} text={single ? null : output.text} />
}

function Value({ value, text }: { readonly value: ShownValue; readonly text: string | null }) {
  return (
    <div className={styles['value']}>
      {text === null ? null : <code className={styles['of']}>{text}</code>}
      <ValueCard value={value} />
    </div>
  )
}

function Picture({ output }: { readonly output: ShownOutput & { kind: 'picture' } }) {
  const { values, width, height } = output
  const least = values.reduce((low, value) => Math.min(low, value), Infinity)
  const most = values.reduce((high, value) => Math.max(high, Math.abs(value)), 0)
  return (
    <div className={styles['picture']}>
      <Heatmap
        values={values}
        width={width}
        height={height}
        scale={least < 0 ? 'signed' : 'ink'}
        range={most}
        label={`Picture of ${height} x ${width} values`}
      />
      <span className="caption">show_image</span>
    </div>
  )
}
