/** A value: its text as PyTorch prints it, and for a tensor its shape, rank, type and range, and a picture of its numbers. */
import type { ShownValue, TensorSummary } from '../../../../main/contract/types.ts'
import { Heatmap } from '../../../ui/index.ts'
import { count, decimals } from '../../../ui/format.ts'
import styles from './tensor-bench.module.css'

/** A picture of fewer rows or columns says nothing that the numbers do not. */
const SMALLEST_PICTURE = 5

export function ValueCard({ value }: { readonly value: ShownValue }) {
  const { tensor, parts } = value
  const pictured = tensor !== null && Math.min(tensor.grid.rows, tensor.grid.columns) >= SMALLEST_PICTURE
  return (
    <>
      {tensor === null ? null : <ShapeLine tensor={tensor} />}
      <div className={styles['shown']}>
        {pictured ? <GridPicture tensor={tensor} /> : null}
        <pre className={styles['printed']}>{value.text}</pre>
      </div>
      {parts.some((part) => part.tensor !== null) ? (
        <ul className={styles['parts']}>
          {parts.map((part, index) => (
            <li key={index}>{part.tensor === null ? part.type : <ShapeLine tensor={part.tensor} />}</li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

function ShapeLine({ tensor }: { readonly tensor: TensorSummary }) {
  const { shape, rank, dtype, range, requiresGrad } = tensor
  const digits = range !== null && Number.isInteger(range.least) && Number.isInteger(range.most) ? 0 : 4
  return (
    <p className={styles['facts']}>
      <span>
        shape <b>[{shape.join(', ')}]</b>
      </span>
      <span>
        rank <b>{rank}</b>
      </span>
      <span>{dtype}</span>
      {range === null || rank === 0 || dtype === 'bool' ? null : (
        <span>
          {decimals(range.least, digits)} to {decimals(range.most, digits)}, mean {decimals(range.mean, 4)}
        </span>
      )}
      {requiresGrad ? <span>keeps gradients</span> : null}
    </p>
  )
}

function GridPicture({ tensor }: { readonly tensor: TensorSummary }) {
  const { grid, range, shape } = tensor
  const { rows, columns, values, at } = grid
  const signed = range !== null && range.least < 0
  const most = range === null ? 1 : Math.max(Math.abs(range.least), Math.abs(range.most))
  const whole = shape.slice(-2)
  const part = rows < (whole[0] ?? 0) || columns < (whole[1] ?? 0)
  const first = at.length === 0 ? '' : `the first of ${count(shape[0] ?? 0, 'such table')}`
  const caption = part ? `a corner of ${rows} x ${columns}` : first
  return (
    <div className={styles['picture']}>
      <Heatmap
        values={values}
        width={columns}
        height={rows}
        scale={signed ? 'signed' : 'ink'}
        range={tensor.dtype === 'uint8' ? 255 : most}
        label={`The numbers as a picture${caption === '' ? '' : `: ${caption}`}`}
      />
      {caption === '' ? null : <span className="caption">{caption}</span>}
    </div>
  )
}
