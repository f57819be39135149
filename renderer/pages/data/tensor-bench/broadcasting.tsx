/** How the shapes of two sides were fitted: both under the result's axes, with the stretched places marked. */
import type { BroadcastRecord } from '../../../../main/contract/types.ts'
import { count, listed } from '../../../ui/format.ts'
import styles from './broadcasting.module.css'

type Side = BroadcastRecord['left']

/** Only where something is stretched; operations of equal shapes need no explanation. */
export function Broadcasting({ records }: { readonly records: readonly BroadcastRecord[] }) {
  const stretched = records.filter(({ left, right }) => [...left.stretched, ...right.stretched].includes(true))
  if (stretched.length === 0) return null
  return (
    <details className={styles['all']} open={stretched.length <= 2}>
      <summary>
        {stretched.length === 1
          ? 'How the shapes were fitted'
          : `How the shapes were fitted, ${stretched.length} times`}
      </summary>
      <div className={styles['figures']}>
        {stretched.map((record, index) => (
          <Figure key={index} record={record} />
        ))}
      </div>
    </details>
  )
}

function Figure({ record }: { readonly record: BroadcastRecord }) {
  const { left, right, result, text, operator } = record
  const axes = result.map((_, axis) => axis)
  return (
    <figure className={styles['figure']}>
      <figcaption>
        <code>{text}</code>
      </figcaption>
      <table>
        <thead>
          <tr>
            <td />
            {axes.map((axis) => (
              <th key={axis} scope="col">
                axis {axis}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <SideRow name="left" side={left} result={result} />
          <SideRow name="right" side={right} result={result} />
          <tr className={styles['result']}>
            <th scope="row">result</th>
            {result.map((size, axis) => (
              <td key={axis}>{size}</td>
            ))}
          </tr>
        </tbody>
      </table>
      <p className="caption">{sentence(record, operator)}</p>
    </figure>
  )
}

function SideRow({
  name,
  side,
  result,
}: {
  readonly name: string
  readonly side: Side
  readonly result: readonly number[]
}) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {side.aligned.map((size, axis) => {
        const stretched = side.stretched[axis] === true
        const text = size === null ? 'none' : String(size)
        return (
          <td key={axis} data-stretched={stretched || undefined} data-none={size === null || undefined}>
            {stretched ? (
              <>
                <span>{text}</span>
                <span aria-hidden> &rarr; </span>
                <span className="visually-hidden">stretched to</span>
                <span>{result[axis]}</span>
              </>
            ) : (
              text
            )}
          </td>
        )
      })}
    </tr>
  )
}

function sentence({ left, right, result }: BroadcastRecord, operator: string): string {
  const parts = (
    [
      ['left', left],
      ['right', right],
    ] as const
  ).flatMap(([name, side]) => {
    const axes = side.stretched.flatMap((yes, axis) => (yes ? [axis] : []))
    if (axes.length === 0) return []
    if (side.shape.length === 0) return [`The ${name} side is one number, used for each place.`]
    const times = axes.reduce((product, axis) => product * (result[axis] ?? 1), 1)
    return [`The ${name} side is stretched along axis ${listed(axes.map(String))}: it is used ${count(times, 'time')}.`]
  })
  return `${parts.join(' ')} ${operator === '**' ? 'The power is' : 'Everything is'} taken place by place.`
}
