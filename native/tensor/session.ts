/**
 * A session of the tensor bench: texts are evaluated one after another, and the names that they give stay. No text can throw:
 * a mistake is told with its place, beside what was computed before it.
 */
import type { ErrorPayload } from '../../data/error.ts'
import { Random } from '../learn/random.ts'
import { ChapterValues, chapterNames } from './chapter-names.ts'
import type { ChapterImages } from './chapter-names.ts'
import { format } from './format.ts'
import type { BroadcastRecord } from './broadcast-log.ts'
import { Interpreter } from './interpreter.ts'
import type { Output } from './interpreter.ts'
import { defaultLimits, withinLimits } from './limits.ts'
import type { Limits } from './limits.ts'
import { Mistake, mistakePayload } from './mistake.ts'
import { parse } from './parse.ts'
import { pythonNames } from './python.ts'
import { builtin, tensorNames } from './torch.ts'
import { shapeText } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { summarize } from './summary.ts'
import type { TensorSummary } from './summary.ts'
import { kindName } from './values.ts'
import type { Value } from './values.ts'

/** Bytes of the tensors that names of a session hold, at most. */
const KEPT_BYTES = 384 * 1024 * 1024
const FIRST_SEED = 42
/** For the facts of all results. */
const SHOW_MILLISECONDS = 2000

export type ShownValue = {
  /** As Python's `type()` names it: `torch.Tensor`, `int`, `list`. */
  readonly type: string
  /** As PyTorch and Python print it. */
  readonly text: string
  readonly tensor: TensorSummary | null
  /** Of a tuple or list of few values, each of them. */
  readonly parts: readonly ShownValue[]
}

export type ShownOutput =
  | { readonly kind: 'value'; readonly value: ShownValue; readonly text: string; readonly line: number }
  | {
      readonly kind: 'picture'
      readonly height: number
      readonly width: number
      readonly values: Float32Array
      readonly line: number
    }
  | { readonly kind: 'printed'; readonly text: string; readonly line: number }

export type KnownName = {
  readonly name: string
  /** `[6131, 28, 28] float32`, `function`; for names of the data that were not used yet what they are. */
  readonly description: string
  /** Given in this session; else a name of the data. */
  readonly own: boolean
  /** A name of the data that speaks of threes or sevens. */
  readonly ofPair: boolean
}

export type Evaluation = {
  readonly outputs: readonly ShownOutput[]
  readonly broadcasts: readonly BroadcastRecord[]
  /** The mistake that ended it; `details` hold line, column, start and end in the text. */
  readonly problem: ErrorPayload | null
  readonly names: readonly KnownName[]
  readonly milliseconds: number
}

const language = new Map<string, Value>([
  ...tensorNames,
  ...pythonNames,
  [
    'string',
    {
      kind: 'module',
      name: 'string',
      members: new Map([['ascii_lowercase', { kind: 'string', value: 'abcdefghijklmnopqrstuvwxyz' }]]),
    },
  ],
  [
    'Image',
    {
      kind: 'module',
      name: 'Image',
      // The lists of the bench hold the images themselves, not their files.
      members: new Map([['open', builtin('open', ({ arguments: [image] }) => image ?? { kind: 'none' })]]),
    },
  ],
])

export class TensorSession {
  #own = new Map<string, Value>()
  #chapter = new ChapterValues({ train: null, test: null })
  readonly #random = { current: new Random(FIRST_SEED) }
  readonly #limits: Limits

  constructor(limits: Limits = defaultLimits) {
    this.#limits = limits
  }

  /** The data set whose images the chapter's names stand for. Names given in the session stay. */
  setImages(images: ChapterImages): void {
    this.#chapter = new ChapterValues(images)
  }

  /** Forgets all names that were given, and begins the random numbers anew. */
  reset(): void {
    this.#own = new Map()
    this.#random.current = new Random(FIRST_SEED)
  }

  evaluate(source: string): Evaluation {
    const startedAt = performance.now()
    const interpreter = new Interpreter(source, this.#names(), this.#random)
    let problem: ErrorPayload | null = null
    const before = new Map(this.#own)
    try {
      withinLimits(this.#limits, () => {
        interpreter.run(parse(source))
      })
      this.#checkKept(before)
    } catch (error) {
      problem = payloadOf(error, source)
    }
    return {
      outputs: withinLimits({ ...this.#limits, milliseconds: SHOW_MILLISECONDS }, () =>
        interpreter.outputs.map(showOutput),
      ),
      broadcasts: interpreter.broadcasts,
      problem,
      names: this.names(),
      milliseconds: performance.now() - startedAt,
    }
  }

  /** Names given here, in the order in which they were given, then those of the data. */
  names(): readonly KnownName[] {
    const own = [...this.#own].map(([name, value]) => ({
      name,
      description: describeShort(value),
      own: true,
      ofPair: false,
    }))
    const ofData = chapterNames
      .filter(({ name }) => !this.#own.has(name))
      .map(({ name, description, ofPair }) => ({ name, description, own: false, ofPair }))
    return [...own, ...ofData]
  }

  #names() {
    return {
      own: this.#own,
      lookUp: (name: string) => language.get(name) ?? this.#chapter.lookUp(name),
      known: () => [...chapterNames.map(({ name }) => name), ...language.keys()],
    }
  }

  /** Names may not hold more than fits; else those of before come back. */
  #checkKept(before: Map<string, Value>): void {
    const seen = new Set<object>()
    let bytes = 0
    const waiting = [...this.#own.values()]
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
      if (value.kind === 'tensor') bytes += bytesHeld(value, seen)
      else if ((value.kind === 'list' || value.kind === 'tuple') && !seen.has(value)) {
        seen.add(value)
        for (const item of value.items) waiting.push(item)
      }
    }
    if (bytes <= KEPT_BYTES) return
    this.#own = before
    throw new Mistake(
      'tensor/too-large',
      `The names of this session would hold more than ${KEPT_BYTES / 1024 / 1024} MB, so what was just named is forgotten. Give an old name a small value, such as x = 0, or start over.`,
    )
  }
}

/** Memory of a tensor and of all that it was made from, counted once. */
function bytesHeld(tensor: Tensor, seen: Set<object>): number {
  let bytes = 0
  const waiting = [tensor]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (!seen.has(next.storage.buffer)) {
      seen.add(next.storage.buffer)
      bytes += next.storage.byteLength
    }
    if (next.grad !== null) waiting.push(next.grad)
    waiting.push(...(next.origin?.inputs ?? []))
  }
  return bytes
}

function payloadOf(error: unknown, source: string): ErrorPayload {
  if (error instanceof Mistake) return mistakePayload(error, source)
  if (error instanceof RangeError) {
    const mistake = new Mistake('tensor/too-large', 'This is nested too deeply, or needs more memory than there is. Do it in smaller steps.') // prettier-ignore
    return mistakePayload(mistake, source)
  }
  throw error
}

function showOutput(output: Output): ShownOutput {
  switch (output.kind) {
    case 'printed':
      return output
    case 'value':
      return { ...output, value: showValue(output.value) }
    case 'picture': {
      const [height = 1, width = 1] = output.picture.shape.slice(-2)
      const { grid } = summarize(output.picture, Math.max(height, width))
      return { kind: 'picture', height, width, values: Float32Array.from(grid.values), line: output.line }
    }
  }
}

function showValue(value: Value): ShownValue {
  const few = (value.kind === 'tuple' || value.kind === 'list') && value.items.length <= 6 ? value.items : []
  const tensors = few.some(({ kind }) => kind === 'tensor')
  return {
    type: kindName(value),
    text: format(value),
    tensor: value.kind === 'tensor' ? summarize(value) : null,
    parts: tensors ? few.map(showValue) : [],
  }
}

function describeShort(value: Value): string {
  if (value.kind === 'tensor') return `${shapeText(value.shape)} ${value.dtype}`
  if (value.kind === 'list' || value.kind === 'tuple') return `${kindName(value)} of ${value.items.length}`
  if (value.kind === 'int' || value.kind === 'float' || value.kind === 'bool') return format(value)
  return kindName(value)
}
