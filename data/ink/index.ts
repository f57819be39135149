/** Ink: from strokes, or from a picture of a digit, to the 28 x 28 pixels that MNIST's convention wants. Pure. */

export { createBitmap } from './bitmap.ts'
export type { Bitmap } from './bitmap.ts'
export { BOX, CENTER, fit } from './fit.ts'
export { CANVAS_PEN, DATASET_PEN, defaultInkOptions, inkSwitches } from './options.ts'
export type { InkOptions, InkSwitch } from './options.ts'
export { drawingToPixels, inkStages } from './pipeline.ts'
export type { InkStages, Strokes } from './pipeline.ts'
export { widthFactor } from './skeleton.ts'
