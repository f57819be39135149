/** The average image of each class, with how many of its test images are nearest to it. */
import { PIXELS, SIDE } from '../../../data/image-set.ts'
import type { AverageAccuracy, AverageDigits, DatasetInfo } from '../../../main/contract/types.ts'
import { Heatmap, Panel } from '../../ui/index.ts'
import { count, fourDecimals, thousands } from '../../ui/format.ts'
import styles from './averages.module.css'

type AverageRowProps = {
  readonly info: DatasetInfo
  readonly averages: AverageDigits
  readonly accuracy: AverageAccuracy | null
}

export function AverageRow({ info, averages, accuracy }: AverageRowProps) {
  const total = averages.counts.reduce((sum, each) => sum + each, 0)
  return (
    <Panel
      title={
        averages.digits.length === 2
          ? `The averages of ${thousands(total)} training images`
          : `The average of each ${isDigits(info) ? 'digit' : 'class'}, over ${thousands(total)} training images`
      }
      fact={
        averages.digits.length === 2
          ? 'below each: its accuracy'
          : 'below each: the share of its test images that is nearest to it'
      }
      className={styles['row']}
    >
      <ul className={styles['tiles']} data-count={averages.digits.length}>
        {averages.digits.map((digit, index) => (
          <li key={digit}>
            <Heatmap
              values={averages.means.subarray(index * PIXELS, (index + 1) * PIXELS)}
              width={SIDE}
              height={SIDE}
              scale="ink"
              range={1}
              label={`Average ${className(info, digit)}`}
            />
            <div className={styles['caption']}>
              <b>{digit}</b>
              <span>{accuracy === null ? '' : fourDecimals(accuracy.perDigit[index] ?? 0)}</span>
            </div>
            <small className={isDigits(info) ? 'only-large' : undefined}>
              {isDigits(info) ? count(averages.counts[index] ?? 0, 'image') : className(info, digit)}
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Whether the classes are digits, not clothes. */
export function isDigits(info: DatasetInfo): boolean {
  return info.classes.every((name, index) => name === String(index))
}

/** `7`, or what a class is called. */
export function className(info: DatasetInfo, digit: number): string {
  return info.classes[digit] ?? String(digit)
}
