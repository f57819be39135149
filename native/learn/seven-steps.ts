/**
 * The chapter's seven steps of gradient descent for one mini-batch, each with its formulas and the names of the values in them.
 * The formulas are TeX; what they state is what the graph of microscope-step.ts computes, and a test puts the numbers in.
 */
import { elementCount } from '../graph/index.ts'
import { buildModel } from './models/index.ts'
import type { Parameter } from './parameters.ts'
import { formula, initializationFormula, lossFormulas, updateFormulas, type Formula } from './formulas.ts'
import { afterName, gradientName, updateName, type ObservedValue } from './microscope-step.ts'
import { hasSingleOutput, type RunSpecification } from './specification.ts'
import { stateShapes } from './training-step.ts'

export const stepNamesOfSeven = ['initialize', 'predict', 'loss', 'gradient', 'step', 'repeat', 'stop'] as const
export type NameOfSeven = (typeof stepNamesOfSeven)[number]

export type StepOfSeven = {
  readonly name: NameOfSeven
  readonly formulas: readonly Formula[]
  /** The values that this step makes or begins with, in order. */
  readonly values: readonly string[]
}

type FormulaSpecification = Omit<RunSpecification, 'dataset' | 'device' | 'threads' | 'epochs' | 'order'>

/** `noted` is what the graph of the microscope told, `names` all that was computed. */
export function sevenSteps(
  spec: FormulaSpecification,
  noted: readonly ObservedValue[],
  names: readonly string[],
): StepOfSeven[] {
  const { parameters } = buildModel(spec)
  const state = [...stateShapes(spec).keys()]
  const layers = layersOf(parameters)
  const inner = noted.filter(({ name }) => name !== 'targets')
  const present = new Set(names)
  const only = (wanted: readonly string[]) => wanted.filter((name) => present.has(name))
  const single = hasSingleOutput(spec)
  return [
    { name: 'initialize', formulas: initializationFormula(spec.initialization, single), values: state },
    {
      name: 'predict',
      formulas: [...forward(spec, inner, layers), probabilityFormula(spec, single)],
      values: only([...inner.map(({ name }) => name), 'probabilities']),
    },
    {
      name: 'loss',
      formulas: lossFormulas(spec, single).loss,
      values: only(['targets', 'losses', 'loss']),
    },
    {
      name: 'gradient',
      formulas: [...lossFormulas(spec, single).slope, ...backward(spec, inner, layers)],
      values: only([
        ...inner.toReversed().map(({ name }) => gradientName(name)),
        ...parameters.map(({ name }) => gradientName(name)),
      ]),
    },
    {
      name: 'step',
      formulas: updateFormulas(spec),
      values: only(['learning_rate', ...state.flatMap((name) => [updateName(name), afterName(name)])]),
    },
    { name: 'repeat', formulas: [], values: only([...state.map(afterName), 'losses.after', 'loss.after']) },
    { name: 'stop', formulas: [], values: only(['loss', 'loss.after']) },
  ]
}

type Layer = { readonly name: string; readonly letter: string; readonly convolves: boolean; readonly hasBias: boolean }

/** The parts of a model that have weights, numbered as they come. */
function layersOf(parameters: readonly Parameter[]): Layer[] {
  return parameters
    .filter(({ role }) => role === 'weight')
    .map(({ name, shape }, position) => {
      const layer = name.slice(0, -'.weight'.length)
      return {
        name: layer,
        letter: String(position + 1),
        convolves: shape.length === 4,
        hasBias: parameters.some((other) => other.name === `${layer}.bias`),
      }
    })
}

const lettersOfParts: Readonly<Record<string, string>> = {
  sum: 'z',
  normalized: 'y',
  scaled: 's',
  activation: 'a',
  pooled: 'm',
  kept: 'k',
}

/** `a_1` for `layer1.activation`; what has no layer of its own is called by its name. */
function letterOf(name: string, layers: readonly Layer[]): string {
  if (name === 'pixels') return 'x'
  if (name === 'logits') return 'z'
  if (name === 'features') return 'h'
  if (name === 'features.kept') return 'k'
  const dot = name.lastIndexOf('.')
  const layer = layers.find((one) => one.name === name.slice(0, dot))
  const letter = lettersOfParts[name.slice(dot + 1)]
  return layer === undefined || letter === undefined ? `\\mathrm{${name}}` : `${letter}_{${layer.letter}}`
}

/** The layer whose sums a value is. */
function layerOfSums({ name }: ObservedValue, layers: readonly Layer[]): Layer | undefined {
  return name === 'logits' ? layers.at(-1) : layers.find((layer) => name === `${layer.name}.sum`)
}

const activationFormulas: Readonly<Record<string, { tex: string; slope: string }>> = {
  Relu: { tex: '\\max(0, Z)', slope: '[Z > 0]' },
  Sigmoid: { tex: '\\frac{1}{1 + e^{-Z}}', slope: 'A \\odot (1 - A)' },
  Tanh: { tex: '\\tanh(Z)', slope: '(1 - A^2)' },
}

function forward(spec: FormulaSpecification, noted: readonly ObservedValue[], layers: readonly Layer[]): Formula[] {
  return noted.flatMap((value): Formula[] => {
    const [from, other] = value.from
    if (from === undefined) return []
    const y = letterOf(value.name, layers)
    const x = letterOf(from, layers)
    const layer = layerOfSums(value, layers)
    const letters = { [y]: value.name, [x]: from }
    if (layer !== undefined) {
      const [w, b] = [`W_{${layer.letter}}`, `b_{${layer.letter}}`]
      const product = layer.convolves ? `${x} * ${w}` : `${x} ${w}`
      const bias = layer.hasBias ? { [b]: `${layer.name}.bias` } : {}
      const tex = `${y} = ${product}${layer.hasBias ? ` + ${b}` : ''}`
      return [formula(tex, { ...letters, [w]: `${layer.name}.weight`, ...bias })]
    }
    const activation = activationFormulas[value.operator ?? '']
    switch (partOf(value.name)) {
      case 'sum': {
        if (other === undefined) return []
        const second = letterOf(other, layers)
        return [formula(`${y} = ${x} + ${second}`, { ...letters, [second]: other })]
      }
      case 'activation':
        return activation === undefined ? [] : [formula(`${y} = ${filled(activation.tex, x, y)}`, letters)]
      case 'pooled': {
        const largest = `\\max_{2 \\times 2} ${x}`
        const tex = partOf(from) === 'activation' ? `\\mathrm{mean}_{2 \\times 2}\\, ${x}` : `\\max(0, ${largest})`
        return [formula(`${y} = ${tex}`, letters)]
      }
      case 'kept':
        return [formula(`${y} = \\frac{d \\odot ${x}}{1 - ${spec.dropout}}`, letters)]
      case 'normalized':
        return [formula(`${y} = \\frac{${x} - \\overline{${x}}}{\\sqrt{\\mathrm{var}(${x}) + 10^{-5}}}`, letters)]
      case 'scaled': {
        const prefix = value.name.slice(0, -'.scaled'.length)
        const parameters = { '\\gamma': `${prefix}.gain`, '\\beta': `${prefix}.shift` }
        return [formula(`${y} = \\gamma ${x} + \\beta`, { ...letters, ...parameters })]
      }
      case 'features': {
        const flat = sizeOf(value) === sizeOf(noted.find(({ name }) => name === from))
        return [formula(`${y} = ${flat ? '\\mathrm{flat}' : '\\mathrm{mean}_{h, w}'}(${x})`, letters)]
      }
      default:
        return []
    }
  })
}

const sizeOf = (value: ObservedValue | undefined) => (value === undefined ? 0 : elementCount(value.shape))

/** `sum` of `layer1.sum`. */
const partOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function probabilityFormula(spec: FormulaSpecification, single: boolean): Formula {
  const letters = { p: 'probabilities', z: 'logits' }
  if (single || spec.loss === 'binary_cross_entropy') return formula('p = \\frac{1}{1 + e^{-z}}', letters)
  return formula('p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}', letters)
}

const slopeBy = (letter: string): string => `\\frac{\\partial L}{\\partial ${letter}}`

/** A value with its letter and the letter of its gradient. */
type Lettered = { readonly name: string; readonly letter: string; readonly slope: string }

/** The chain rule, from the logits back to the first layer. */
function backward(spec: FormulaSpecification, noted: readonly ObservedValue[], layers: readonly Layer[]): Formula[] {
  const hasSlope = new Set(noted.filter(({ hasGradient }) => hasGradient).map(({ name }) => name))
  const users = (name: string) => noted.filter(({ from, hasGradient }) => hasGradient && from.includes(name)).length
  const lettered = (name: string): Lettered => {
    const letter = letterOf(name, layers)
    return { name, letter, slope: slopeBy(letter) }
  }
  return noted.toReversed().flatMap((value): Formula[] => {
    if (!value.hasGradient) return []
    const to = lettered(value.name)
    const layer = layerOfSums(value, layers)
    return value.from
      .filter((name) => hasSlope.has(name))
      .flatMap((name): Formula[] => {
        const from = lettered(name)
        // A value that is used twice moves the loss on both ways: its gradients add up.
        const equals = users(name) > 1 ? '\\mathrel{+}=' : '='
        const through = layer === undefined ? factorOf(spec, value, from, to) : backThrough(layer, to)
        const letters = { [to.slope]: gradientName(to.name), [from.slope]: gradientName(name) }
        const others = layer === undefined ? { [from.letter]: name, [to.letter]: to.name } : weightLetters(layer)
        const own = through === null ? [] : [formula(`${from.slope} ${equals} ${through}`, { ...letters, ...others })]
        return [...parameterFormulas(value, layer, from, to), ...own]
      })
  })
}

const weightLetters = ({ letter, name }: Layer) => ({ [`W_{${letter}}`]: `${name}.weight` })

/** From a layer's sums back to what it was given. */
function backThrough({ letter, convolves }: Layer, to: Lettered): string {
  return convolves ? `${to.slope} * W_{${letter}}^{\\circlearrowleft}` : `${to.slope} W_{${letter}}^{\\top}`
}

/** The gradients of the parameters that stand between two values. */
function parameterFormulas(value: ObservedValue, layer: Layer | undefined, from: Lettered, to: Lettered): Formula[] {
  const incoming = { [to.slope]: gradientName(to.name) }
  const by = (letter: string, parameter: string, tex: string): Formula => {
    const letters = { ...incoming, [slopeBy(letter)]: gradientName(parameter), [from.letter]: from.name }
    return formula(`${slopeBy(letter)} = ${tex}`, letters)
  }
  if (layer !== undefined) {
    const { name, letter, convolves, hasBias } = layer
    const product = convolves ? `${from.letter} \\star ${to.slope}` : `${from.letter}^{\\top} ${to.slope}`
    const bias = by(`b_{${letter}}`, `${name}.bias`, `\\sum_i ${to.slope}`)
    return [by(`W_{${letter}}`, `${name}.weight`, product), ...(hasBias ? [bias] : [])]
  }
  if (partOf(value.name) !== 'scaled') return []
  const prefix = value.name.slice(0, -'.scaled'.length)
  return [
    by('\\gamma', `${prefix}.gain`, `\\sum_i ${from.letter} \\odot ${to.slope}`),
    by('\\beta', `${prefix}.shift`, `\\sum_i ${to.slope}`),
  ]
}

/** How a gradient goes through what has no weights, where that is a short formula. */
function factorOf(spec: FormulaSpecification, value: ObservedValue, from: Lettered, to: Lettered): string | null {
  const [x, y] = [from.letter, to.letter]
  switch (partOf(value.name)) {
    case 'sum':
      return to.slope
    case 'activation': {
      const activation = activationFormulas[value.operator ?? '']
      return activation === undefined ? null : `${filled(activation.slope, x, y)} \\odot ${to.slope}`
    }
    case 'pooled':
      return partOf(from.name) === 'activation'
        ? `\\tfrac{1}{4} ${to.slope}`
        : `[${x} = \\max_{2 \\times 2} ${x}] \\odot [${x} > 0] \\odot ${to.slope}`
    case 'kept':
      return `\\frac{d}{1 - ${spec.dropout}} \\odot ${to.slope}`
    case 'scaled':
      return `\\gamma \\odot ${to.slope}`
    case 'normalized': {
      const centered = `${to.slope} - \\overline{${to.slope}} - ${y} \\odot \\overline{${to.slope} \\odot ${y}}`
      return `\\frac{${centered}}{\\sqrt{\\mathrm{var}(${x}) + 10^{-5}}}`
    }
    default:
      return null
  }
}

/** Z is the sum, A the activation. */
function filled(tex: string, sum: string, activation: string): string {
  return tex.replaceAll('Z', sum).replaceAll('A', activation)
}
