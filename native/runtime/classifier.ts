/** A trained model from its file: probabilities for images, and its figures on a set. */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { readMetadata } from '../graph/index.ts'
import { metadataKeys } from '../learn/inference-model.ts'
import { losses, type LossName } from '../learn/specification.ts'
import { evaluateSet, type Evaluation } from '../trainer/evaluation.ts'
import { float32Of, Session, tensorOf } from './session.ts'

export class Classifier {
  /** The digits that it can answer, ascending: the order of probabilities and of the confusion matrix. */
  readonly digits: readonly number[]
  readonly loss: LossName
  readonly outputs: number
  readonly #session: Session
  /** Class index of the model for each of `digits`. */
  readonly #classOfDigit: readonly number[]

  private constructor(session: Session, classes: readonly number[], loss: LossName, outputs: number) {
    this.#session = session
    this.loss = loss
    this.outputs = outputs
    this.digits = classes.toSorted((a, b) => a - b)
    this.#classOfDigit = this.digits.map((digit) => classes.indexOf(digit))
  }

  /**
   * Opens an ONNX file's bytes; `name` is for messages. Throws `model/not-onnx`, `model/no-metadata` when Inkling did not
   * write it, `model/bad-metadata` when the metadata make no sense.
   */
  static async load(bytes: Uint8Array, name = 'This file'): Promise<Classifier> {
    const metadata = readMetadata(bytes, name)
    const classesText = metadata.get(metadataKeys.classes)
    const loss = metadata.get(metadataKeys.loss)
    if (classesText === undefined || loss === undefined) {
      throw new AppError(
        'model/no-metadata',
        `${name} is an ONNX model, but not one that Inkling saved: it does not say which digits its outputs stand for. Choose a file saved by "train --save".`,
      )
    }
    const classes = parseClasses(classesText)
    if (classes === null || !isLossName(loss)) {
      throw new AppError(
        'model/bad-metadata',
        `${name} says it has the classes ${classesText} and the loss ${loss}, which Inkling does not know. Save the model again.`,
      )
    }
    const session = await Session.create(bytes)
    if (!session.inputNames.includes('pixels') || !session.outputNames.includes('logits')) {
      throw new AppError(
        'model/bad-metadata',
        `${name} has no input "pixels" or no output "logits". Save the model again.`,
      )
    }
    const probe = await session.run({ pixels: tensorOf(new Float32Array(784), [1, 784]) })
    const outputs = float32Of(probe['logits']).length
    if (outputs !== classes.length && !(outputs === 1 && classes.length === 2)) {
      throw new AppError(
        'model/bad-metadata',
        `${name} has ${outputs} outputs for ${classes.length} classes. Save the model again.`,
      )
    }
    return new Classifier(session, classes, loss, outputs)
  }

  /** `pixels` are `[n, 784]`, 0 to 255; the answer is `[n, digits]`, each row summing to 1, in the order of `digits`. */
  async probabilities(pixels: Uint8Array): Promise<Float32Array> {
    const count = pixels.length / 784
    const logits = await this.#logits(pixels, count)
    const width = this.digits.length
    const answer = new Float32Array(count * width)
    for (let image = 0; image < count; image += 1) {
      const byClass = classProbabilities(logits.subarray(image * this.outputs, (image + 1) * this.outputs), this.loss)
      for (const [position, index] of this.#classOfDigit.entries())
        answer[image * width + position] = byClass[index] ?? 0
    }
    return answer
  }

  /**
   * Figures on the images of the digits that the model knows; `confusion[true][predicted]` in the order of `digits`. Throws
   * `dataset/no-images-of-class` when the set has none of them.
   */
  async evaluate(set: ImageSet): Promise<Evaluation> {
    const classOf = new Int16Array(256).fill(-1)
    for (const [position, digit] of this.digits.entries()) classOf[digit] = this.#classOfDigit[position] ?? -1
    const classes = Int16Array.from(set.labels, (label) => classOf[label] ?? -1)
    if (!classes.some((index) => index >= 0)) {
      throw new AppError(
        'dataset/no-images-of-class',
        `The set has no images of the digits ${this.digits.join(', ')} that the model knows.`,
      )
    }
    const options = { outputs: this.outputs, classCount: this.digits.length, loss: this.loss }
    const evaluation = await evaluateSet(set, classes, options, (pixels, count) => this.#logits(pixels, count))
    const order = this.#classOfDigit
    return {
      ...evaluation,
      confusion: order.map((row) => order.map((column) => evaluation.confusion[row]?.[column] ?? 0)),
    }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  async #logits(pixels: Uint8Array, count: number): Promise<Float32Array> {
    // A plain loop: Float32Array.from with a function takes 80 microseconds an image.
    const scaled = new Float32Array(pixels.length)
    for (let i = 0; i < scaled.length; i += 1) scaled[i] = (pixels[i] ?? 0) / 255
    const results = await this.#session.run({ pixels: tensorOf(scaled, [count, 784]) })
    return float32Of(results['logits'])
  }
}

/**
 * One output: sigmoid(z) for class 1 and the rest for class 0. Several: softmax, or after binary cross-entropy, where each
 * output is a yes or no of its own, their sigmoids in proportion.
 */
function classProbabilities(logits: Float32Array, loss: LossName): Float64Array {
  if (logits.length === 1) {
    const p = sigmoid(logits[0] ?? 0)
    return Float64Array.of(1 - p, p)
  }
  if (loss === 'binary_cross_entropy' && logits.some((z) => sigmoid(z) > 0)) return inProportion(logits, sigmoid)
  let largest = -Infinity
  for (const z of logits) if (z > largest) largest = z
  return inProportion(logits, (z) => Math.exp(z - largest))
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/** `of` each logit, divided by the sum of all. Plain loops: a map and a reduce take as long as a small model. */
function inProportion(logits: Float32Array, of: (z: number) => number): Float64Array {
  const shares = new Float64Array(logits.length)
  let total = 0
  for (let index = 0; index < shares.length; index += 1) {
    const share = of(logits[index] ?? 0)
    shares[index] = share
    total += share
  }
  for (let index = 0; index < shares.length; index += 1) shares[index] = (shares[index] ?? 0) / total
  return shares
}

function parseClasses(text: string): number[] | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(parsed)) return null
  const digits = parsed.filter((digit): digit is number => Number.isInteger(digit) && digit >= 0 && digit <= 9)
  const valid = digits.length === parsed.length && digits.length >= 2 && new Set(digits).size === digits.length
  return valid ? digits : null
}

function isLossName(name: string): name is LossName {
  return Object.hasOwn(losses, name)
}
