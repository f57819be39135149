/** What `train` tells while it runs and at its end. */
import { devices, type Device } from '../../native/learn/specification.ts'
import type { Diagnosis } from '../../native/learn/diagnose.ts'
import type { DeviceChoice } from '../../native/runtime/devices.ts'
import type { TrainerEpoch } from '../../native/trainer/trainer.ts'
import type { Context } from './command.ts'
import { grouped, percent } from './table.ts'

/** Columns are as wide as their headings, so that lines can be printed one by one. */
const headings = ['epoch', 'train loss', 'valid loss', 'accuracy', 'images/s'] as const

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(Math.max(9, headings[index]?.length ?? 0))).join('  ')
}

/** `CPU, 2 threads`; another device by its name alone. */
function place(device: Device, threads: number): string {
  const { title } = devices[device]
  return device === 'cpu' ? `${title}, ${threads} thread${threads === 1 ? '' : 's'}` : title
}

type Done = {
  readonly steps: number
  readonly seconds: number
  readonly endedBy: 'epochs' | 'metric' | null
  readonly saved: string | undefined
}

export class TrainReport {
  readonly #context: Context
  readonly #epochs: TrainerEpoch[] = []

  constructor(context: Context) {
    this.#context = context
  }

  /** Where the run computes, and what was measured; says nothing where there was nothing to choose. */
  device({ requested, used, threads, warning, figures }: DeviceChoice): void {
    if (requested === 'cpu' && figures.length === 0) return
    const { json, print, warn } = this.#context
    if (json) {
      const measured = figures.map(({ imagesPerSecond, ...figure }) => ({
        ...figure,
        images_per_second: imagesPerSecond,
      }))
      print(JSON.stringify({ event: 'device', requested, used, threads, warning, figures: measured }))
      return
    }
    for (const figure of figures) {
      const { imagesPerSecond, reason } = figure
      const speed = imagesPerSecond === null ? reason : `${grouped(Math.round(imagesPerSecond))} images/s`
      print(`${place(figure.device, figure.threads)}: ${speed}`)
    }
    if (warning !== null) warn(warning.message)
    else print(`This run computes on ${place(used, threads)}.`)
  }

  /** What first weights that are not random can do. */
  before({ accuracy, loss }: { readonly accuracy: number; readonly loss: number }): void {
    const { json, print } = this.#context
    if (json) print(JSON.stringify({ event: 'before', valid_loss: loss, accuracy }))
    else print(`Before training: ${percent(accuracy)}, a loss of ${loss.toFixed(4)}.`)
  }

  /** Up to this mini-batch, counted from 1 over all epochs. */
  stepped(step: number, stepsPerEpoch: number): void {
    const epoch = Math.ceil(step / stepsPerEpoch)
    const own = step - (epoch - 1) * stepsPerEpoch
    this.#context.progress(`Epoch ${epoch}: ${grouped(own)} of ${grouped(stepsPerEpoch)} mini-batches`)
  }

  epoch(epoch: TrainerEpoch): void {
    const { json, print } = this.#context
    if (json) {
      print(
        JSON.stringify({
          event: 'epoch',
          epoch: epoch.epoch,
          train_loss: epoch.trainLoss,
          valid_loss: epoch.validLoss,
          accuracy: epoch.accuracy,
          classes: epoch.classes,
          images_per_second: epoch.imagesPerSecond,
        }),
      )
    } else {
      if (this.#epochs.length === 0) print(row(headings))
      const { trainLoss, validLoss, accuracy, imagesPerSecond } = epoch
      const losses = [trainLoss, validLoss].map((loss) => loss.toFixed(4))
      print(row([String(epoch.epoch), ...losses, percent(accuracy), grouped(Math.round(imagesPerSecond))]))
    }
    this.#epochs.push(epoch)
  }

  /** What is wrong with the run and what to change; nothing where all is well again. */
  diagnosed(diagnoses: readonly Diagnosis[]): void {
    const { json, print, warn } = this.#context
    if (json) {
      if (diagnoses.length > 0) print(JSON.stringify({ event: 'diagnosed', diagnoses }))
      return
    }
    for (const { title, words, remedy } of diagnoses) {
      const advice = remedy === null ? '' : ` ${remedy.words}.`
      warn(`${title} ${words}${advice}`)
    }
  }

  /** `seconds` from the first mini-batch to the end, evaluation included. */
  done({ steps, seconds, endedBy, saved }: Done): void {
    const { json, print } = this.#context
    const accuracy = this.#epochs.at(-1)?.accuracy ?? null
    const speed = median(this.#epochs.map(({ imagesPerSecond }) => imagesPerSecond))
    if (json) {
      print(JSON.stringify({ event: 'done', accuracy, images_per_second: speed, steps, seconds, ended_by: endedBy }))
      return
    }
    const reached = endedBy === 'metric' ? ' The metric to stop at was reached.' : ''
    const end = `${reached}${saved === undefined ? '' : ` Saved as ${saved}.`}`
    print(`Done: ${percent(accuracy ?? 0)} after ${grouped(steps)} mini-batches in ${seconds.toFixed(1)} s.${end}`)
  }

  /** A loss that is no finite number ends the run; that is an outcome of its settings, not an error of Inkling. */
  diverged(step: number): void {
    const { json, print } = this.#context
    if (json) print(JSON.stringify({ event: 'diverged', steps: step }))
    else {
      print(`Diverged within ${grouped(step)} mini-batches: the loss is no finite number. Nothing was saved.`)
    }
  }

  /** A person ended it. */
  stopped(step: number, totalSteps: number): void {
    const { json, print, warn } = this.#context
    if (json) print(JSON.stringify({ event: 'stopped', steps: step, total_steps: totalSteps }))
    else {
      warn(`Interrupted after ${grouped(step)} of ${grouped(totalSteps)} mini-batches. Nothing was saved.`)
    }
  }
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}
