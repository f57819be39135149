/** How often each gray occurs in a picture, zeros left out: sixteen values a bar. */
import { thousands } from '../../ui/format.ts'
import styles from './image-numbers.module.css'

const WIDTH = 300
const HEIGHT = 112
const TOP = 18
const BOTTOM = 18
const LEFT = 2
const BINS = 16

export function Histogram({ pixels }: { readonly pixels: Uint8Array }) {
  const bins = new Array<number>(BINS).fill(0)
  for (const value of pixels) if (value > 0) bins[value >> 4] = (bins[value >> 4] ?? 0) + 1
  const most = Math.max(1, ...bins)
  const x = (value: number): number => LEFT + (value / 256) * (WIDTH - LEFT - 4)
  const y = (count: number): number => TOP + (1 - count / most) * (HEIGHT - TOP - BOTTOM)
  return (
    <div className={styles['histogram']}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="How many pixels have each value, zeros left out">
        <text x={LEFT} y="11">
          {thousands(most)} pixels
        </text>
        <text x={WIDTH - 4} y="11" textAnchor="end">
          values, zeros left out
        </text>
        <path d={`M${LEFT} ${TOP + 0.5}H${WIDTH - 4}`} className={styles['gridline']} />
        {bins.map((count, bin) => (
          <rect
            key={bin}
            x={x(bin * 16) + 0.75}
            width={x(16) - x(0) - 1.5}
            y={y(count)}
            height={y(0) - y(count)}
            className={styles['bin']}
          />
        ))}
        <path d={`M${LEFT} ${HEIGHT - BOTTOM + 0.5}H${WIDTH - 4}`} className={styles['axis']} />
        {[1, 128, 255].map((value) => (
          <text key={value} x={x(value)} y={HEIGHT - 4} textAnchor={value === 255 ? 'end' : 'middle'}>
            {value}
          </text>
        ))}
      </svg>
    </div>
  )
}
