/** Inkling Synthetic: digits written by a simulated hand. Pure: it runs in the engine, in the page and in a worker. */

export { defaultLabels, generateDigits } from './generate.ts'
export type { GenerateOptions } from './generate.ts'
export { defaultParameters } from './parameters.ts'
export type { SyntheticParameters } from './parameters.ts'
export { variedParameters } from './variation.ts'
export type { Variation } from './variation.ts'
