/** Where the nearest average goes wrong: how many images of each class it takes for each other, the most frequent marked. */
import type { AverageAccuracy, DatasetInfo } from '../../../main/contract/types.ts'
import { ConfusionMatrix, Panel } from '../../ui/index.ts'
import { thousands } from '../../ui/format.ts'
import { className } from './average-row.tsx'
import { commonMistakes, type Mistake } from './differences.ts'
import styles from './confusion.module.css'

/** Mistakes told in words beside the matrix. */
const TOLD = 5

export function Confusion({ info, accuracy }: { readonly info: DatasetInfo; readonly accuracy: AverageAccuracy }) {
  const { digits, confusion } = accuracy
  const mistakes = commonMistakes(confusion, digits.length === 2 ? 2 : TOLD)
  const [worst] = mistakes
  const name = (place: number) => className(info, digits[place] ?? 0)
  const wrong = accuracy.count - confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
  return (
    <Panel title="Where does it go wrong?" fact={`on ${thousands(wrong)} of ${thousands(accuracy.count)} test images`}>
      <div className={styles['layout']} data-count={digits.length}>
        <ConfusionMatrix
          digits={digits}
          confusion={confusion}
          label="Test images by class, and the class of their nearest average"
          fill
          className={styles['matrix']}
        />
        <div className={styles['words']}>
          <p className={styles['readAs']}>columns: nearest average</p>
          {mistakes.length === 0 ? <p>It is never wrong here.</p> : null}
          <ol>
            {mistakes.map((mistake) => (
              <Told
                key={`${mistake.from} ${mistake.to}`}
                mistake={mistake}
                worst={mistake.count === worst?.count}
                name={name}
              />
            ))}
          </ol>
        </div>
      </div>
    </Panel>
  )
}

type ToldProps = { readonly mistake: Mistake; readonly worst: boolean; readonly name: (place: number) => string }

/** One mistake in words: `5 taken for 3`, and how often. */
function Told({ mistake: { from, to, count: times, of }, worst, name }: ToldProps) {
  return (
    <li>
      <span>
        {name(from)} taken for {name(to)}
      </span>
      <span>
        {worst ? <mark>{thousands(times)}</mark> : <b>{thousands(times)}</b>}
        <small className="only-large"> of {thousands(of)}</small>
      </span>
    </li>
  )
}
