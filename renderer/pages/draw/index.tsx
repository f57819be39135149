/** The Draw page: who recognizes this digit? Canvas, models side by side, and what the network sees; before the first drawing, the first start. */
import { Button } from '@mantine/core'
import { IconWifiOff } from '@tabler/icons-react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorPayload } from '../../../data/error.ts'
import type { ModelInfo } from '../../../main/contract/types.ts'
import { onEngineReady, useCommand } from '../../connection.ts'
import { drawing, onInk, putStrokes } from '../../store/drawing.ts'
import { changeSettings, useSettings } from '../../store/settings.ts'
import { Chip, ErrorBanner, Explain, Loading, Page, Panel } from '../../ui/index.ts'
import { composeAnswer, mostAccurate, waitingSentence } from './answer.ts'
import type { Column } from './answer.ts'
import { Canvas } from './canvas.tsx'
import { FirstStart } from './first-start.tsx'
import { KeepRow } from './keep-row.tsx'
import { outbox } from './keeping.ts'
import { ModelsTable } from './models-table.tsx'
import { markShown, readAgain, readings, readWith } from './reading.ts'
import { Strip } from './strip.tsx'
import { Tools, useDrawKeys } from './tools.tsx'
import { useColumns } from './use-columns.ts'
import styles from './draw.module.css'
import firstStart from './first-start.module.css'

/** The first start gives way this long after the pen was lifted, so that a digit of two strokes is not torn apart. */
const FAREWELL = 900
const noModels: readonly ModelInfo[] = []

export function DrawPage() {
  useDrawKeys()
  const settings = useSettings()
  const list = useCommand('model.list', {}, { refetchOn: ['model.changed', 'run.changed', 'run.removed'] })
  const datasets = useCommand('dataset.list', {}, { refetchOn: ['dataset.changed'], keep: true })
  const { models, runs, chooseRun } = useColumns(list.data ?? noModels)
  const { reading, error, inkAt } = useStore(readings)
  const empty = useStore(drawing, (state) => state.strokes.length === 0)
  const farewell = useFarewell()
  const notKept = useStore(outbox.state, (state) => state.problem)

  useEffect(() => {
    readWith(models.map(({ id }) => id))
  }, [models])
  useEffect(() => {
    const stops = [onInk(readAgain), onEngineReady(readAgain)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  useLayoutEffect(() => {
    markShown(inkAt)
  }, [inkAt])

  const columns = useMemo<readonly Column[]>(
    () =>
      models.map((model) => ({
        model,
        prediction: reading?.predictions.find((prediction) => prediction.model === model.id) ?? null,
      })),
    [models, reading],
  )
  const titles = useMemo(
    () => new Map((datasets.data ?? []).map(({ name, title }) => [name, title.replace(/^Inkling /, '')])),
    [datasets.data],
  )
  const answer = composeAnswer(columns)
  const digit = mostAccurate(columns)?.prediction?.digit ?? null
  const handwriting = datasets.data?.find(({ name }) => name === 'handwriting') ?? null
  const first = settings?.welcomeDone === false && !farewell.over
  const problem = error ?? list.error
  const common = {
    title: 'Draw',
    question: 'Who recognizes this digit?',
    answer:
      list.data === null
        ? waitingSentence(0)
        : answer.map(({ text, kind }, index) =>
            kind === 'answer' ? <b key={index}>{text}</b> : kind === 'marked' ? <mark key={index}>{text}</mark> : text,
          ),
    banner:
      problem !== null ? (
        <ErrorBanner error={problem} onRetry={readAgain} />
      ) : notKept === null ? undefined : (
        <NotKept problem={notKept} />
      ),
  }

  // Until it is known whether this is the first start, nothing is shown that would have to go away again.
  if (settings === null) {
    return (
      <Page {...common} className={styles['layout']}>
        {null}
      </Page>
    )
  }
  if (first) {
    return (
      <Page
        {...common}
        key="first start"
        className={firstStart['layout']}
        actions={<Chip icon={<IconWifiOff />}>Everything runs on this computer</Chip>}
      >
        <FirstStart models={models} datasets={datasets.data} onInk={farewell.begin} />
      </Page>
    )
  }
  return (
    <Page {...common} className={styles['layout']} actions={<ExplainDraw />}>
      <section className={styles['left']} aria-label="Canvas" data-region tabIndex={-1}>
        <Canvas
          label={empty ? 'Empty drawing canvas' : 'Drawing canvas with your drawing'}
          className={styles['canvas']}
        >
          {empty ? <p className={styles['hint']}>Draw a digit here, large</p> : null}
        </Canvas>
        <Tools handwriting={handwriting} />
        <KeepRow suggested={empty ? null : digit} />
      </section>
      <Panel label="What each model reads" className={styles['models']}>
        {list.data === null && list.error === null ? (
          <Loading words="Opening the models" shapes={40} />
        ) : (
          <ModelsTable
            columns={columns}
            digit={digit}
            runs={runs}
            onChooseRun={chooseRun}
            datasets={titles}
            tested={(handwriting?.splits.test ?? null) !== null}
          />
        )}
      </Panel>
      <div className={styles['strip']}>
        <Strip />
      </div>
    </Page>
  )
}

/** The end of the first start: begins at the first drawing, waits for a second stroke, and is remembered for good. */
function useFarewell(): { over: boolean; begin: () => void } {
  const [over, setOver] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const begin = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setOver(true)
      void changeSettings({ welcomeDone: true })
    }, FAREWELL)
  }, [])
  useEffect(() => {
    const stop = onInk(() => {
      if (timer.current !== null) begin()
      else if (drawing.getState().strokes.length > 0) begin()
    })
    return () => {
      stop()
      if (timer.current !== null) clearTimeout(timer.current)
    }
  }, [begin])
  return { over, begin }
}

/** Why the engine refused a drawing; it is not lost. */
function NotKept({ problem }: { readonly problem: ErrorPayload }) {
  return (
    <ErrorBanner
      error={problem}
      onRetry={() => void outbox.send()}
      actions={
        <Button
          onClick={() => {
            const back = outbox.takeBack()
            if (back !== null) putStrokes(back.strokes)
          }}
        >
          Put it back on the canvas
        </Button>
      }
    />
  )
}

function ExplainDraw() {
  return (
    <Explain title="How a drawing is read">
      <p>
        Your strokes become a picture of 28 by 28 pixels, made the way the training images were made: cropped to the
        ink, shrunk so that the longest side is 20 pixels, and shifted until the center of mass lies in the middle.
        Every model reads these 784 numbers, and nothing else.
      </p>
      <p>
        <b>The averages</b> were not trained. For each digit there is the average of its training images; the picture is
        compared with all ten. L1 is the mean absolute difference, RMSE the root of the mean squared difference. The
        shortest distance wins.
      </p>
      <p>
        <b>Trained models</b> answer with ten probabilities that sum to 1. The longest bar wins. A model can be sure and
        wrong.
      </p>
      <p>
        The figure at the foot of a column is the share of test images that the model reads correctly, on the data set
        that is named below it. Answers unlike the most accurate model&apos;s are highlighted.
      </p>
      <p>
        <b>Keep as</b> adds the drawing to your own data set, <b>My handwriting</b>, under the digit that you say. Of
        each digit the third drawing that you keep, and then every fifth, is put aside as a test image and stays one.
        Train a model with the others, and compare: below each model stands how many of your test images it reads.
      </p>
    </Explain>
  )
}
