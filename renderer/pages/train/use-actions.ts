/** What the buttons and keys of the Train page do, for the run that is shown or for the form when none goes on. */
import { useShortcuts } from '../../shell/keyboard.ts'
import { timeMachine, useTime } from '../../store/runs.ts'
import {
  goBack,
  pauseRun,
  rateNow,
  resumeRun,
  setLearningRate,
  startRun,
  stepEpoch,
  stepRun,
  stopRun,
} from './commands.ts'
import { specificationOf, type Draft } from './draft.ts'
import { learner } from './learner-store.ts'
import { nextRate } from './learning-rate.ts'
import { stride } from './use-past.ts'
import type { ShownRun } from './use-run.ts'

export type Actions = {
  readonly start: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly batch: () => void
  readonly epoch: () => void
  readonly back: (by: { readonly batches: number } | { readonly toStep: number }) => void
  readonly stop: () => void
  readonly changeRate: (rate: number) => void
}

type ActionFacts = {
  readonly shown: ShownRun | null
  readonly draft: Draft
  readonly learningRate: number
  /** False while the form has a mistake. */
  readonly canStart: boolean
}

export function useActions({ shown, draft, learningRate, canStart }: ActionFacts): Actions {
  const run = shown?.active === true ? shown.run : null
  const looksBack = useTime(({ past }) => past !== null)
  const start = (batches?: number | 'epoch') => {
    if (canStart) void startRun(specificationOf(draft), batches)
  }
  const step = (batches: number) => {
    if (run === null) start(batches)
    else void stepRun(run.id, batches)
  }
  const actions: Actions = {
    start: () => start(),
    pause: () => {
      if (run !== null) void pauseRun(run.id)
    },
    resume: () => {
      if (run !== null) void resumeRun(run.id)
    },
    batch: () => step(1),
    epoch: () => {
      if (run === null) start('epoch')
      else void stepEpoch(run.id)
    },
    back: (by) => {
      if (run !== null) void goBack(run.id, by)
    },
    stop: () => {
      if (run !== null) void stopRun(run.id)
    },
    changeRate: (rate) => {
      if (run === null) learner.setState({ draft: { ...draft, learningRate: String(rate) } })
      else void setLearningRate(run.id, rate)
    },
  }

  useShortcuts('Train', [
    {
      keys: 'Space',
      what: 'Start, pause, resume',
      run: () => {
        if (run === null) actions.start()
        else if (run.state === 'paused') actions.resume()
        else actions.pause()
      },
    },
    { keys: 'B', what: 'One mini-batch', run: actions.batch },
    { keys: 'N', what: 'To the end of the epoch', run: actions.epoch },
    { keys: ',', what: 'Look back one mini-batch', run: () => stride(shown?.run ?? null, 'back') },
    { keys: '.', what: 'Look on one mini-batch', run: () => stride(shown?.run ?? null, 'on') },
    { keys: '[', what: 'Lower learning rate', run: () => changeBy(-1) },
    { keys: ']', what: 'Higher learning rate', run: () => changeBy(1) },
    ...(!looksBack ? [] : [{ keys: 'Escape', what: 'Back to the present', run: timeMachine.leave }]),
  ])

  function changeBy(direction: 1 | -1): void {
    const rate = run === null ? learningRate : rateNow(run)
    if (rate > 0) actions.changeRate(nextRate(rate, direction))
  }

  return actions
}
