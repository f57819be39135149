/** Watches over a run that trains: looks for a plateau from time to time, and says what is wrong and why. */
import { diagnose, isLowRate, type Diagnosis, type Facts, type Symptom } from '../learn/diagnose.ts'
import { classesOf } from '../learn/specification.ts'
import { lookAt, PlateauWatch, type Look } from './plateau.ts'

/** What a diagnosis is made of, beside what is seen. */
export type Condition = Omit<Facts, 'symptom'>

/** Mini-batches whose mean loss is compared, and from which share of the first ones the loss counts as unmoved. */
const COMPARED = 20
const UNMOVED = 0.97

export class Doctor {
  readonly #condition: () => Condition
  readonly #tell: (diagnoses: readonly Diagnosis[]) => void
  readonly #plateau = new PlateauWatch()
  #trainedSeconds = 0
  #firstLosses: number[] = []
  #lastLosses: number[] = []
  #diagnoses: readonly Diagnosis[] = []

  /** `tell` is called with each change: what is wrong, or nothing when all is well again. */
  constructor(condition: () => Condition, tell: (diagnoses: readonly Diagnosis[]) => void) {
    this.#condition = condition
    this.#tell = tell
  }

  /** So long it trained, with these losses of its mini-batches. */
  noteTraining(seconds: number, losses: Float32Array): void {
    this.#trainedSeconds += seconds
    this.#firstLosses.push(...losses.subarray(0, COMPARED - this.#firstLosses.length))
    this.#lastLosses = [...this.#lastLosses, ...losses].slice(-COMPARED)
    // Known from the settings: nobody need wait for a plateau.
    if (this.#isStill && this.#diagnoses.length === 0) this.#set(this.#diagnose({ kind: 'still' }))
  }

  /** Whether it is time to look again. */
  get due(): boolean {
    return this.#plateau.due(this.#trainedSeconds)
  }

  /** `logits` are `[images, outputs]` of as many images of each class. */
  look(logits: Float32Array, outputs: number): void {
    if (this.#isStill) return
    const look = lookAt(logits, outputs)
    if (this.#plateau.see(look, this.#trainedSeconds)) this.#diagnosePlateau(look)
    else if (look.only === null && !this.#isSlow) this.#set([])
  }

  /** An epoch has ended: by now the loss should have moved. */
  sawEpoch(): void {
    const { specification, learningRate } = this.#condition()
    const unmoved = meanOf(this.#lastLosses) > UNMOVED * meanOf(this.#firstLosses)
    if (unmoved && isLowRate(specification, learningRate)) {
      if (this.#diagnoses.length === 0) this.#set(this.#diagnose({ kind: 'slow' }))
    } else if (this.#isSlow) this.#set([])
  }

  /** A loss was no finite number. */
  sawDivergence(): void {
    this.#set(this.#diagnose({ kind: 'diverged' }))
  }

  /** A run that ended before its looks could tell a plateau from a passing state ended on one. */
  sawEnd(): void {
    if (this.#plateau.last !== null) this.#diagnosePlateau(this.#plateau.last)
  }

  /** What was seen did not happen. */
  forget(): void {
    this.#plateau.forget()
    this.#set([])
  }

  get #isSlow(): boolean {
    return this.#diagnoses.some(({ code }) => code.startsWith('slow/'))
  }

  get #isStill(): boolean {
    return this.#condition().specification.loss === 'accuracy'
  }

  #diagnosePlateau({ only, spread, largest }: Look): void {
    if (only === null || this.#diagnoses.length > 0) return
    const digit = classesOf(this.#condition().specification.digits)[only] ?? -1
    this.#set(this.#diagnose({ kind: 'one-class', digit, spread, largest }))
  }

  #diagnose(symptom: Symptom): Diagnosis[] {
    return diagnose({ ...this.#condition(), symptom })
  }

  #set(diagnoses: readonly Diagnosis[]): void {
    if (diagnoses.length === 0 && this.#diagnoses.length === 0) return
    this.#diagnoses = diagnoses
    this.#tell(diagnoses)
  }
}

function meanOf(losses: readonly number[]): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}
