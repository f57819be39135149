/** What goes on inside the run that is shown, pulled from the engine a few times a second while one looks, and once of a run at rest. */
import { useEffect, useState } from 'react'
import { AppError } from '../../../data/error.ts'
import type { RunSnapshot, RunSummary, WeightPictures } from '../../../main/contract/types.ts'
import { isConvolutional, layerSizes } from '../../../native/learn/specification.ts'
import { useClient, useConnection } from '../../connection.ts'
import type { Inside } from './learner-store.ts'

type Client = ReturnType<typeof useClient>

/** A run, at the step that it has come to or at a recorded one. */
type Of = { readonly run: number; readonly step: number | undefined; readonly layers: readonly string[] | undefined }

/** What is asked, and how often: at most every `every` milliseconds, and not more than one part in `rest` of the time. */
type Question<Answer> = {
  readonly inside: Inside
  readonly every: number
  readonly rest: number
  readonly ask: (client: Client, of: Of) => Promise<Answer>
}

/** Images whose activations are looked at. */
const IMAGES = 100

const questions = {
  weights: {
    inside: 'weights',
    every: 250,
    rest: 40,
    ask: (client, { run }) => client.call('run.weights', { run }),
  } satisfies Question<WeightPictures>,
  gradients: {
    inside: 'gradients',
    every: 1000,
    rest: 20,
    ask: (client, { run, step }) => client.call('run.gradients', { run, step }),
  } satisfies Question<WeightPictures>,
  activations: {
    inside: 'activations',
    every: 1000,
    rest: 20,
    ask: (client, of) =>
      client.call('run.snapshot', { ...of, images: { kind: 'first', split: 'test', count: IMAGES } }),
  } satisfies Question<RunSnapshot>,
}

/** A run without weights is no failure: it diverged, was cut off before any were kept, or is being removed. */
const expectedCodes: ReadonlySet<string> = new Set([
  'train/wrong-state',
  'train/unknown-run',
  'model/unknown',
  'channel/closed',
  'engine/crashed',
])

/** A model without hidden layers has its outputs alone. */
const outputsAlone = ['logits']

type Asked = { readonly shown: RunSummary | null; readonly inside: Inside; readonly step: number | undefined }

/** The newest answer; null until it is here, and when there is none. */
function usePulled<Answer extends { readonly run: number }>(
  { inside: wanted, every, rest, ask }: Question<Answer>,
  { shown, inside, step }: Asked,
): Answer | null {
  const client = useClient()
  const generation = useConnection((state) => state.generation)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const run = shown?.id ?? null
  const live = shown?.state === 'training' && step === undefined
  // A run at rest is asked once for each state and step that it comes to.
  const still = shown === null || live ? '' : `${shown.state} ${shown.totalSteps} ${shown.step} ${shown.model ?? ''}`
  const specification = shown?.specification
  const flat =
    specification !== undefined && !isConvolutional(specification.model) && layerSizes(specification).length === 2
  const layers = flat ? outputsAlone : undefined
  const silent = shown === null || shown.state === 'preparing' || inside !== wanted

  useEffect(() => {
    if (run === null || generation === 0 || silent) return
    let ended = false
    let timer: ReturnType<typeof setTimeout> | null = null
    const pull = async (id: number): Promise<void> => {
      const began = performance.now()
      try {
        if (document.visibilityState === 'visible') {
          const newest = await ask(client, { run: id, step, layers })
          if (!ended) setAnswer(newest)
        }
      } catch (thrown) {
        const expected = thrown instanceof AppError && expectedCodes.has(thrown.code)
        if (!expected) throw thrown
        if (!ended) setAnswer(null)
      }
      if (!ended && live) {
        const took = performance.now() - began
        timer = setTimeout(() => void pull(id), Math.max(every, rest * took))
      }
    }
    void pull(run)
    return () => {
      ended = true
      if (timer !== null) clearTimeout(timer)
    }
  }, [client, run, live, still, silent, generation, step, layers, ask, every, rest])

  return answer !== null && answer.run === run && !silent ? answer : null
}

/** Pictures of weights or of gradients; null while activations are looked at, too. `step`: a recorded one, instead of the present. */
export function usePictures(asked: Asked): WeightPictures | null {
  const weights = usePulled(questions.weights, asked)
  const gradients = usePulled(questions.gradients, asked)
  const pictures = asked.inside === 'gradients' ? gradients : weights
  // After a divergence there is nothing to see in them.
  return pictures !== null && Number.isFinite(pictures.range) ? pictures : null
}

export function useActivations(asked: Asked): RunSnapshot | null {
  return usePulled(questions.activations, asked)
}
