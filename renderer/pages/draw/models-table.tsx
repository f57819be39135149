/** Digits down, models across: one looks along a row to compare. Averages are distances, trained models probabilities. */
import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { memo } from 'react'
import { allDigits } from '../../../native/learn/specification.ts'
import type { ModelInfo, Prediction } from '../../../main/contract/types.ts'
import { useCommand } from '../../connection.ts'
import { fourDecimals } from '../../ui/format.ts'
import { shortTitle } from './answer.ts'
import type { Column } from './answer.ts'
import styles from './models-table.module.css'

type ModelsTableProps = {
  readonly columns: readonly Column[]
  /** The answer of the most accurate model; other answers are marked. Null on the empty canvas. */
  readonly digit: number | null
  /** The runs that a run's column can show instead. */
  readonly runs: readonly ModelInfo[]
  readonly onChooseRun: (instead: string, chosen: string) => void
  /** Title of each data set, by its name. */
  readonly datasets: ReadonlyMap<string, string>
  /** Whether My handwriting has test images. */
  readonly tested: boolean
}

export function ModelsTable({ columns, digit, runs, onChooseRun, datasets, tested }: ModelsTableProps) {
  const averages = columns.filter(({ model }) => model.kind === 'average').length
  const trained = columns.length - averages
  return (
    <div className={styles['frame']}>
      <table className={styles['table']} aria-label="What each model reads">
        <colgroup>
          <col className={styles['digits']} />
          {columns.map(({ model }) => (
            <col key={model.id} />
          ))}
        </colgroup>
        <thead>
          <tr className={styles['groups']}>
            <td />
            {averages === 0 ? null : (
              <th colSpan={averages} scope="colgroup">
                <div>
                  <b>Average</b>
                  <span className="only-large"> of training images</span>: shortest wins
                </div>
              </th>
            )}
            {trained === 0 ? null : (
              <th colSpan={trained} scope="colgroup">
                <div>
                  <b>Trained</b>
                  {trained > 1 ? <span className="only-large"> model, probability</span> : null}: longest wins
                </div>
              </th>
            )}
          </tr>
          <tr className={styles['heads']}>
            <td>
              <div />
            </td>
            {columns.map((column) => (
              <th key={column.model.id} scope="col">
                <Head column={column} digit={digit} runs={runs} onChooseRun={onChooseRun} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {allDigits.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map(({ model, prediction }) => (
                <td key={model.id}>
                  <Cell digit={row} kind={model.kind} prediction={prediction} knows={model.digits.includes(row)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot data-tested={tested || undefined}>
          <tr>
            <td>
              <div />
            </td>
            {columns.map(({ model }) => (
              <td key={model.id}>
                <div>
                  {model.accuracy === null ? (
                    'not tested yet'
                  ) : (
                    <>
                      <b>{fourDecimals(model.accuracy)}</b> on tests
                    </>
                  )}
                  <span className={styles['source']}>{datasets.get(model.dataset) ?? model.dataset}</span>
                  {tested ? <OwnScore model={model.id} /> : null}
                </div>
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** How the model fares on the test images of My handwriting. */
const OwnScore = memo(function OwnScore({ model }: { readonly model: string }) {
  const { data, error } = useCommand(
    'model.evaluate',
    { model, dataset: 'handwriting', split: 'test' },
    { refetchOn: ['drawing.changed'], keep: true },
  )
  // Why there is no figure is told where the drawings are looked at.
  const figure = error !== null || data?.count === 0 ? 'none' : data === null ? '' : `${data.correct} of ${data.count}`
  return (
    <span className={styles['source']} title="Test images of My handwriting that it reads correctly">
      Yours: <b>{figure}</b>
    </span>
  )
})

type HeadProps = Pick<ModelsTableProps, 'digit' | 'runs' | 'onChooseRun'> & { readonly column: Column }

function Head({ column: { model, prediction }, digit, runs, onChooseRun }: HeadProps) {
  const title = shortTitle(model)
  const choosable = runs.length > 1 && runs.some(({ id }) => id === model.id)
  const marked = prediction !== null && digit !== null && prediction.digit !== digit
  return (
    <div className={styles['head']} data-model={model.id}>
      {choosable ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <button type="button" className={styles['choose']} title={`${title}: ${model.title}. Choose another run.`}>
              <span>{title}</span>
              <IconChevronDown size="0.875rem" stroke={1.75} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {runs.map((run) => (
              <Menu.Item
                key={run.id}
                disabled={run.id === model.id}
                rightSection={run.accuracy === null ? null : fourDecimals(run.accuracy)}
                onClick={() => {
                  onChooseRun(model.id, run.id)
                }}
              >
                <b>{shortTitle(run)}</b> <span className="caption">{run.title}</span>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <div className={styles['name']} title={model.title}>
          {title}
        </div>
      )}
      <div className={styles['answer']}>
        {prediction === null ? (
          <span className={styles['nothing']}>?</span>
        ) : (
          <>
            <span data-marked={marked || undefined} data-testid={`answer-${model.id}`}>
              {prediction.digit}
            </span>
            <small>{fourDecimals(valueOf(prediction, prediction.digit) ?? 0)}</small>
          </>
        )}
      </div>
    </div>
  )
}

function valueOf(prediction: Prediction, digit: number): number | undefined {
  return prediction.values[prediction.digits.indexOf(digit)]
}

type CellProps = {
  readonly digit: number
  readonly kind: ModelInfo['kind']
  readonly prediction: Prediction | null
  readonly knows: boolean
}

const Cell = memo(function Cell({ digit, kind, prediction, knows }: CellProps) {
  const value = prediction === null ? undefined : valueOf(prediction, digit)
  if (value === undefined || prediction === null) {
    return (
      <div className={styles['cell']}>
        <span className={styles['track']} />
        <span className={styles['value']}>{knows ? '' : <span title="Not one of its digits">–</span>}</span>
      </div>
    )
  }
  const end = kind === 'average' ? Math.max(...prediction.values) : 1
  const share = end > 0 ? Math.min(1, value / end) : 0
  return (
    <div className={styles['cell']} data-wins={prediction.digit === digit || undefined}>
      <span className={styles['track']}>
        <i style={{ transform: `scaleX(${Math.max(share, 0.005).toFixed(4)})` }} />
      </span>
      <span className={styles['value']}>{fourDecimals(value)}</span>
    </div>
  )
})
