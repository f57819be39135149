/** What the Train page says of a run: the answer below the question, names of models and digits. */
import type { RunSummary } from '../../../main/contract/types.ts'
import {
  devices,
  initializations,
  isConvolutional,
  layerSizes,
  losses,
  models,
  orders,
  stopMetrics,
  type RunSpecification,
} from '../../../native/learn/specification.ts'
import { isStuck } from '../../store/run-store.ts'
import { count, decimals, fourDecimals, thousands } from '../../ui/format.ts'

/** `784-30-10` */
export function sizesText(spec: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>): string {
  return layerSizes(spec).join('-')
}

/** The model in a few characters: `784-30-10`, or its name where sizes say little. */
export function modelText(spec: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>): string {
  return isConvolutional(spec.model) ? models[spec.model].title : sizesText(spec)
}

/** `all ten`, `3 and 7` */
export function digitsText(digits: readonly number[]): string {
  if (digits.length === 10) return 'all ten'
  return `${digits.slice(0, -1).join(', ')} and ${digits.at(-1) ?? ''}`
}

export function lossText(spec: RunSpecification): string {
  return spec.loss === 'mnist_loss' ? 'mnist_loss' : losses[spec.loss].title.toLowerCase()
}

export function orderText(spec: RunSpecification): string {
  return orders[spec.order].title.toLowerCase()
}

export function initializationText(spec: RunSpecification): string {
  const { title } = initializations[spec.initialization]
  return spec.initialization === 'zeros' ? title.toLowerCase() : title
}

/** Whether the engine can go on with a run that has ended. */
export function canGoOn(run: RunSummary): boolean {
  const ended = run.state === 'stopped' || run.state === 'interrupted' || run.state === 'failed'
  const early = run.state === 'finished' && run.endedBy === 'metric'
  return (ended || early) && run.step > 0 && run.step < run.totalSteps
}

/** `CPU`, `WebGPU` */
export function deviceTitle(name: string): string {
  return name in devices ? devices[name as keyof typeof devices].title : name
}

/** Where it computes; where it wants to until that is known. */
export function deviceText(run: RunSummary): string {
  const name = run.device?.used ?? run.specification.device
  const title = deviceTitle(name)
  const threads = run.device?.threads ?? run.specification.threads
  return name === 'cpu' && threads > 0 ? `${title}, ${count(threads, 'thread')}` : title
}

/** `accuracy 0.98` */
export function stopAtText({ stopAt }: Pick<RunSummary, 'stopAt'>): string | null {
  return stopAt === null ? null : `${stopMetrics[stopAt.metric].title.toLowerCase()} ${stopAt.value}`
}

/** A sentence with the parts that matter in bold; `**` around them. */
export type Answer = string

type AnswerFacts = {
  readonly run: RunSummary | null
  readonly step: number
  /** The first and the newest smoothed loss; null before the first mini-batch. */
  readonly first: number | null
  readonly smoothed: number | null
  readonly divergedAt: number | null
  readonly epochs: number
  /** 0..1 while the run's data set is generated, else null. */
  readonly generated: number | null
}

/** From here on only powers of ten can be read. */
const HUGE = 1e6

/** `2.31`, `23,137`, `3.6e21` */
function shortLoss(loss: number): string {
  if (loss >= HUGE) return hugeLoss(loss)
  return loss < 1000 ? decimals(loss, 2) : thousands(loss)
}

/** `2.3026`, `3.6e21` */
export function wholeLoss(loss: number): string {
  return loss >= HUGE ? hugeLoss(loss) : fourDecimals(loss)
}

function hugeLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toExponential(1).replace('e+', 'e') : fourDecimals(loss)
}

function fromTo(first: number, now: number): string {
  return `from **${shortLoss(first)}** to **${shortLoss(now)}**`
}

/** The page's answer to "What does SGD do?", in the present tense. */
export function answerOf({ run, step, first, smoothed, divergedAt, epochs, generated }: AnswerFacts): Answer {
  if (run === null) return 'Start a run and watch it lower the loss, batch by batch.'
  const fall = first === null || smoothed === null ? null : { first, smoothed }
  const change = fall === null ? '' : `: the loss went ${fromTo(fall.first, fall.smoothed)}`
  switch (run.state) {
    case 'preparing':
      return generated === null
        ? 'First it reads the images.'
        : `First the built-in digits are written: **${Math.floor(generated * 100)} %**.`
    case 'training':
      if (isStuck(run)) return `It learns nothing: ${stuckText(run)}.`
      if (fall === null) return 'It is about to take the first step.'
      if (shortLoss(fall.first) === shortLoss(fall.smoothed))
        return `The loss is **${shortLoss(fall.smoothed)}** so far.`
      return fall.smoothed <= fall.first
        ? `It lowers the loss, batch by batch: ${fromTo(fall.first, fall.smoothed)} so far.`
        : `It does not lower the loss yet: ${fromTo(fall.first, fall.smoothed)} so far.`
    case 'paused':
      if (generated !== null)
        return `It waits; the built-in digits are being written: **${Math.floor(generated * 100)} %**.`
      return step === 0
        ? 'It waits before the first mini-batch.'
        : `It waits after ${count(step, 'mini-batch', 'mini-batches')}${change}.`
    case 'finished':
      if (isStuck(run)) return `It learned nothing: ${stuckText(run)}.`
      if (run.accuracy === null) return `It is done after ${count(epochs, 'epoch')}${change}.`
      return run.endedBy === 'metric'
        ? `Good enough: it reads **${fourDecimals(run.accuracy)}** right.`
        : `It reads **${fourDecimals(run.accuracy)}** of the test images right.`
    case 'stopped':
      return run.accuracy === null
        ? `Stopped early${fall === null ? '' : `, at a loss of **${shortLoss(fall.smoothed)}**`}.`
        : `Stopped early, it reads **${fourDecimals(run.accuracy)}** right.`
    case 'diverged':
      return divergedAt === null
        ? 'Here it fails: the loss is no longer a number.'
        : `Here it fails: after ${count(divergedAt - 1, 'mini-batch', 'mini-batches')} the loss is no longer a number.`
    case 'interrupted':
      return `It was cut off${change}.`
    case 'failed':
      return 'This run could not be trained.'
  }
}

type PastFacts = {
  readonly step: number
  /** Of mini-batch `step`; null where it was not recorded. */
  readonly loss: number | null
  /** On the test images, by the weights after it; null until it is measured. */
  readonly accuracy: number | null
}

/** What was so at a recorded step, in the past tense; short, so that the page stays where it is. */
export function pastAnswer({ step, loss, accuracy }: PastFacts): Answer {
  const place = step === 0 ? 'before the first mini-batch' : `at mini-batch ${thousands(step)}`
  const when = place.charAt(0).toUpperCase() + place.slice(1)
  if (loss !== null) return `${when} the loss was **${shortLoss(loss)}**.`
  return accuracy === null ? `You see it ${place}.` : `${when} it read **${fourDecimals(accuracy)}** right.`
}

/** What a run shows that learns nothing. */
function stuckText(run: RunSummary): string {
  const code = run.diagnoses[0]?.code ?? ''
  if (code.startsWith('still/')) return 'its gradient is **0**'
  return code.startsWith('slow/') ? 'its loss **hardly moves**' : 'it reads **one digit alone**'
}

/**
 * `Epoch 8`, of 20, batch 112 of 235; epochs and batches count from 1 and end at the last. At the end of an epoch a run that
 * trains is in the next one, and a run that rests at the end of that.
 */
export function placeOf(run: RunSummary, step: number): { epoch: number; batch: number } {
  const perEpoch = Math.max(1, run.stepsPerEpoch)
  const done = run.state === 'training' ? Math.floor(step / perEpoch) : Math.max(0, Math.ceil(step / perEpoch) - 1)
  const epoch = Math.min(run.specification.epochs, done + 1)
  return { epoch, batch: step - (epoch - 1) * perEpoch }
}
