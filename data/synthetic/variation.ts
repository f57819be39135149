/** Two dials on the simulated hand: how much writers differ from one another, and how much one hand varies from image to image. */

import { defaultParameters } from './parameters.ts'
import type { SyntheticParameters } from './parameters.ts'

/** Factors on the spread, 0 to 2: 1 is what the built-in data set has, 0 none at all; far beyond 2 glyphs fall apart. */
export type Variation = { readonly writers: number; readonly instances: number }

/** What a writer keeps, all of it a spread around 0 or 1. */
const ofWriters = [
  'neatnessWriter',
  'cornerRounding',
  'aspectWriter',
  'rotationWriter',
  'slantWriter',
  'penWriter',
] as const

/** What changes from image to image. `deformation` scales the bows, the elastic change and the points' offsets. */
const ofInstances = [
  'deformation',
  'neatnessImage',
  'strokeOffset',
  'strokeScale',
  'ends',
  'aspectImage',
  'rotationImage',
  'slantImage',
  'penImage',
  'heavyPenShare',
  'pressure',
  'endTaper',
  'nib',
  'edgeRoughness',
  'holeShare',
  'speckShare',
] as const

/** The parameters for these factors; those of the built-in data set for 1 and 1. */
export function variedParameters({ writers, instances }: Variation): SyntheticParameters {
  const usual = defaultParameters
  const varied: { -readonly [Name in keyof SyntheticParameters]: SyntheticParameters[Name] } = { ...usual }
  for (const name of ofWriters) varied[name] = usual[name] * writers
  for (const name of ofInstances) varied[name] = usual[name] * instances
  varied.cornerRounding = Math.min(varied.cornerRounding, 1)
  // All writers like the first style of a digit best, or each one has a favorite; a hand that does not vary keeps to it.
  varied.styleSpread = Math.min(writers, 1)
  varied.favoriteShare = Math.max(1 - (1 - usual.favoriteShare) * instances, 0)
  varied.variantSpread = Math.min(instances, 1)
  const [from, to] = usual.blend
  const middle = (from + to) / 2
  const rest = middle * (1 - instances)
  varied.blend = [from * instances + rest, to * instances + rest]
  return varied
}
