/** What goes on inside the model: the first layers' weights or gradients as pictures on one shared scale, or what its layers answer. */
import { memo } from 'react'
import type { RunSummary, WeightPictures } from '../../../main/contract/types.ts'
import { Panel, ScaleBar } from '../../ui/index.ts'
import { thousands } from '../../ui/format.ts'
import { ActivationsView } from './activations-view.tsx'
import { InsideMenu } from './inside-menu.tsx'
import { emptyText, lineWords, markedWords, rangeText, subjectOf, subjectWords, type Subject } from './inside-words.ts'
import { KernelPictures } from './kernel-pictures.tsx'
import { useLearner, type Inside } from './learner-store.ts'
import { MOST_PICTURES, UnitPictures } from './unit-pictures.tsx'
import { useActivations, usePictures } from './use-inside.ts'
import styles from './weights-panel.module.css'

/** The recorded step that one looks back to, and what came of it so far. */
type PastStep = {
  readonly step: number
  readonly moment: { readonly weights: WeightPictures } | null
  readonly problem: unknown
}

type WeightsPanelProps = {
  readonly run: RunSummary | null
  /** Null while one looks at the present. */
  readonly past?: PastStep | null
}

export const WeightsPanel = memo(function WeightsPanel({ run, past = null }: WeightsPanelProps) {
  const inside = useLearner((state) => state.inside)
  const asked = { shown: run, inside, step: past?.step }
  const present = usePictures({ ...asked, step: inside === 'gradients' ? past?.step : undefined })
  const snapshot = useActivations(asked)

  // Until the first answer of the past is there nothing has changed.
  const looksBack = past !== null && inside === 'weights'
  const pictures = !looksBack ? present : past.problem === null ? (past.moment?.weights ?? present) : null
  const shown = inside === 'activations' ? snapshot : pictures
  const subject = run === null ? null : subjectOf(run.specification, pictures)
  const nothing = past !== null && past.problem !== null ? 'This step is not here.' : whyEmpty(run, inside)

  return (
    <Panel
      title={subject === null ? 'Weights' : <Title inside={inside} subject={subject} />}
      fact={shown === null ? undefined : <span className="only-large">after mini-batch {thousands(shown.step)}</span>}
      className={styles['panel']}
    >
      {shown === null ? (
        <div className={styles['room']}>
          <p className={styles['empty']}>{nothing}</p>
        </div>
      ) : 'layers' in shown ? (
        <>
          <ActivationsView snapshot={shown} />
          <p className="caption">
            <After step={shown.step} />
            On {thousands(shown.images.length)} test images.
            {shown.layers.some(({ summary }) => summary.zeros > 0) ? ' The bars leave exact zeros out.' : ''}
          </p>
        </>
      ) : subject === null ? null : (
        <Pictures pictures={shown} subject={subject} inside={inside} />
      )}
    </Panel>
  )
})

function Title({ inside, subject }: { readonly inside: Inside; readonly subject: Subject }) {
  const layers = subject.kind === 'digit' || subject.kind === 'output' ? 'outputs' : 'layers'
  const words = inside === 'activations' ? layers : subjectWords(subject)
  return (
    <>
      <InsideMenu inside={inside} /> of <span className="only-large">the </span>
      {words}
    </>
  )
}

/** The step, where there is no room for it in the heading. */
function After({ step }: { readonly step: number }) {
  return <span className="only-small">After mini-batch {thousands(step)}. </span>
}

type PicturesProps = { readonly pictures: WeightPictures; readonly subject: Subject; readonly inside: Inside }

function Pictures({ pictures, subject, inside }: PicturesProps) {
  const { second, step } = pictures
  const range = Math.max(pictures.range, second?.range ?? 0)
  const what = inside === 'gradients' ? 'Gradients' : 'Weights'
  return (
    <>
      {second === null ? (
        <UnitPictures pictures={pictures} subject={subject} what={what} />
      ) : (
        <KernelPictures pictures={pictures} second={second} what={what} range={range === 0 ? 1 : range} />
      )}
      <ScaleBar scale="signed" grow low={rangeText(-range)} high={rangeText(range)} className={styles['scale']} />
      <p className="caption">
        <After step={step} />
        {second === null ? null : (
          <span className="only-large">
            A row is a kernel of the second convolution, a picture for each one above.{' '}
          </span>
        )}
        {inside === 'gradients' ? (
          gradientWords(range)
        ) : (
          <>
            <Meaning pictures={pictures} subject={subject} />
            <MarkedUnits pictures={pictures} subject={subject} />
          </>
        )}
      </p>
    </>
  )
}

function gradientWords(range: number): string {
  if (range === 0) return 'All are 0: no step changes these weights.'
  return 'The slope of the next mini-batch’s loss. The step goes against it.'
}

/** What the line is; where nothing fires, what the colors are. */
function Meaning({ pictures, subject }: Pick<PicturesProps, 'pictures' | 'subject'>) {
  const { firing, count, labels } = pictures
  const some = count > MOST_PICTURES ? `The first ${MOST_PICTURES} of ${thousands(count)} units. ` : ''
  if (firing !== null) return `${some}Line: ${lineWords(firing, subject)} `
  if (subject.kind === 'unit') return `${some}Blue: ink there excites the unit. Orange: it holds the unit back.`
  if (subject.kind === 'kernel') return 'Blue: ink there excites the kernel. Orange: it holds it back.'
  return subject.kind === 'output'
    ? `Blue: ink there speaks for ${labels[0] ?? 'it'}. Orange: against it.`
    : 'Blue: ink there speaks for the digit. Orange: against it.'
}

function MarkedUnits({ pictures: { firing }, subject }: Pick<PicturesProps, 'pictures' | 'subject'>) {
  if (firing === null) return null
  const names = subject.kind === 'kernel' ? { one: 'Kernel', many: 'Kernels' } : { one: 'Unit', many: 'Units' }
  const below = { one: 'Row', many: 'Rows' }
  const marked = [
    markedWords(firing, subject, firing.first, names),
    firing.second === null ? null : markedWords(firing, subject, firing.second, below),
  ]
  return marked.map((each, at) =>
    each === null ? null : (
      <span key={at}>
        <mark>{each.who}</mark> {each.does}.{' '}
      </span>
    ),
  )
}

function whyEmpty(run: RunSummary | null, inside: Inside): string {
  const resting = run !== null && run.state !== 'preparing' && run.totalSteps > 0 && run.state !== 'diverged'
  if (inside === 'weights' || !resting) return emptyText(run)
  return inside === 'gradients' ? 'The gradients are being computed…' : 'The layers are being asked…'
}
