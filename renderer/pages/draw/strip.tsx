/** What the network sees: the way from the strokes to the 28 x 28 pixels that every model reads, stage by stage. */
import { IconChevronRight } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { inkStages } from '../../../data/ink/index.ts'
import type { InkStages } from '../../../data/ink/index.ts'
import { allStrokes, CANVAS_SIDE, drawing, onInk } from '../../store/drawing.ts'
import { Heatmap, Panel } from '../../ui/index.ts'
import styles from './strip.module.css'

type StageName = Exclude<keyof InkStages, 'blank'>

const stages: readonly { readonly name: StageName; readonly title: string; readonly what: string }[] = [
  { name: 'strokes', title: 'Strokes', what: 'as lines' },
  { name: 'ink', title: 'Ink', what: "the data's pen width" },
  { name: 'crop', title: 'Crop', what: 'to the ink' },
  { name: 'box', title: '20 px box', what: 'longest side' },
  { name: 'soft', title: 'Soft edges', what: 'gray by area' },
  { name: 'center', title: 'Center', what: 'by mass' },
  { name: 'final', title: '28 × 28', what: 'to all models' },
]

/** At most this often the stages are drawn anew, so that the strip never holds up the pen or the bars. */
const EVERY = 80

function stagesNow(): InkStages {
  return inkStages({ strokes: allStrokes(), width: CANVAS_SIDE, height: CANVAS_SIDE })
}

/** The stages of the newest ink, a moment later. */
function useStages(): InkStages {
  const [result, setResult] = useState(stagesNow)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        setResult(stagesNow())
      }, EVERY)
    }
    const stops = [onInk(soon), drawing.subscribe(soon)]
    return () => {
      if (timer !== null) clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [])
  return result
}

export function Strip() {
  const result = useStages()
  return (
    <Panel
      title="What the network sees"
      fact={result.blank ? 'Draw, and each step appears here.' : 'Each model reads the last picture, and nothing else.'}
      className={styles['panel']}
    >
      <ol className={styles['strip']}>
        {stages.map(({ name, title, what }, index) => {
          const bitmap = result[name]
          return (
            <li key={name}>
              <Heatmap
                values={bitmap.data}
                width={bitmap.width}
                height={bitmap.height}
                scale="ink"
                range={255}
                label={result.blank ? '' : `${title}: ${what}`}
                smooth={bitmap.width > 60}
                className={styles['picture']}
              />
              {index === stages.length - 1 ? null : (
                <span className={styles['arrow']} aria-hidden>
                  <IconChevronRight size="1.25rem" stroke={1.75} />
                </span>
              )}
              <p>
                <b>{title}</b> <span className="only-large">{what}</span>
              </p>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
