/** What a person meets first: an empty canvas with a dotted three to follow, and doors to the pages that there are. */
import { Button, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useStore } from 'zustand'
import type { DatasetInfo, ModelInfo } from '../../../main/contract/types.ts'
import { drawing, putStrokes } from '../../store/drawing.ts'
import { classes } from '../../ui/index.ts'
import { fourDecimals, numberWord } from '../../ui/format.ts'
// The averages of the built-in threes, sevens and eights, side by side.
import averagesPicture from './first-start-averages.png'
import { Canvas } from './canvas.tsx'
import { MnistBanner } from './mnist-banner.tsx'
import { sampleDrawings, strokesToPath } from './sample-drawings.ts'
import styles from './first-start.module.css'

type FirstStartProps = {
  readonly models: readonly ModelInfo[]
  readonly datasets: readonly DatasetInfo[] | null
  readonly onInk: () => void
}

export function FirstStart({ models, datasets, onInk }: FirstStartProps) {
  const empty = useStore(drawing, (state) => state.strokes.length === 0)
  return (
    <>
      <section className={styles['left']} aria-label="Canvas" data-region tabIndex={-1}>
        <Canvas
          label={empty ? 'Empty drawing canvas' : 'Drawing canvas with your drawing'}
          onStrokeEnd={onInk}
          className={styles['canvas']}
        >
          {empty ? <DottedThree /> : null}
        </Canvas>
        <div>
          <div className={classes('caption', styles['or'])}>
            Or take one of these <kbd>S</kbd>
          </div>
          <div className={styles['samples']}>
            {sampleDrawings.map((strokes, digit) => (
              <button
                key={digit}
                type="button"
                title={`Draw this ${digit}`}
                onClick={() => {
                  putStrokes(strokes)
                  onInk()
                }}
              >
                <Digit digit={digit} />
                <VisuallyHidden>Draw a {digit}</VisuallyHidden>
              </button>
            ))}
          </div>
        </div>
      </section>
      <Doors models={models} />
      <MnistBanner datasets={datasets} className={styles['banner']} />
    </>
  )
}

function Digit({ digit }: { readonly digit: number }) {
  return (
    <svg viewBox="90 90 820 820" aria-hidden className={styles['digit']}>
      <path d={strokesToPath(sampleDrawings[digit] ?? [])} />
    </svg>
  )
}

function DottedThree() {
  return (
    <div className={styles['hint']}>
      <svg viewBox="0 0 800 800" aria-hidden>
        <path d="M250 240C300 120 560 130 540 270C530 350 450 370 390 372C470 372 580 410 570 510C555 640 330 660 240 560" />
        <circle cx="250" cy="240" r="13" />
      </svg>
      <p>Draw a digit here, large, with mouse, pen or finger</p>
    </div>
  )
}

function Doors({ models }: { readonly models: readonly ModelInfo[] }) {
  const rmse = models.find((model) => model.id === 'average-rmse')?.accuracy ?? null
  // Until the models are known, those that Inkling comes with: the text then need not change its lines.
  const averages = models.length === 0 ? 2 : models.filter((model) => model.kind === 'average').length
  const trained = models.length === 0 ? 2 : models.length - averages
  return (
    <section className={styles['doors']} aria-label="Where to start" data-region tabIndex={-1}>
      <Door
        number={1}
        now
        title="Draw a digit"
        text={`${averages === 2 ? 'Two averages' : 'Averages'} and ${trained === 1 ? 'a trained model' : `${numberWord(trained)} trained models`} read it side by side.`}
        picture={
          <div className={styles['three']}>
            {[4, 2, 7].map((digit) => (
              <span key={digit}>
                <Digit digit={digit} />
              </span>
            ))}
          </div>
        }
      />
      <Door
        number={2}
        title="See the average digits"
        text={rmse === null ? 'Ten blurry pictures, no training.' : `Ten blurry pictures reach ${fourDecimals(rmse)}.`}
        page="averages"
        action="Open Averages"
        picture={
          <div className={styles['three']}>
            {[0, 50, 100].map((place) => (
              <span
                key={place}
                className={styles['average']}
                style={{ backgroundImage: `url(${averagesPicture})`, backgroundPositionX: `${place}%` }}
              />
            ))}
          </div>
        }
      />
      <Door
        number={3}
        title="Watch a model learn"
        text="It starts with guessing, and gets better batch by batch."
        page="train"
        action="Open Train"
        picture={<LossPicture />}
      />
    </section>
  )
}

type DoorProps = {
  readonly number: number
  readonly now?: boolean
  readonly title: string
  readonly text: string
  readonly page?: string
  readonly action?: string
  readonly picture: ReactNode
}

function Door({ number, now = false, title, text, page, action, picture }: DoorProps) {
  const [, navigate] = useLocation()
  return (
    <div className={styles['door']} data-now={now || undefined}>
      <span className={styles['number']}>{number}</span>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        {page === undefined ? null : (
          <Button
            onClick={() => {
              navigate(`/${page}`)
            }}
          >
            {action}
          </Button>
        )}
      </div>
      {picture}
    </div>
  )
}

/** A loss that falls and flattens: a drawing of what the Train page shows, without figures. */
function LossPicture() {
  return (
    <div className={styles['loss']} aria-hidden>
      loss
      <svg viewBox="0 8 240 80">
        <path
          className={styles['band']}
          d="M2 12L6 22L12 36L20 46L32 50L44 56L58 55L72 61L88 60L104 65L120 63L136 68L152 66L168 70L184 68L200 72L216 70L238 73L238 84L216 82L200 83L184 80L168 82L152 79L136 80L120 76L104 77L88 73L72 74L58 69L44 69L32 64L20 58L12 48L6 34L2 18Z"
        />
        <path
          className={styles['line']}
          d="M2 14L6 28L12 42L20 51L32 57L44 62L58 62L72 67L88 66L104 71L120 69L136 74L152 72L168 76L184 74L200 78L216 76L238 78"
        />
        <path className={styles['axis']} d="M0 87.5H240" />
      </svg>
    </div>
  )
}
