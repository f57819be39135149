/** What the ink pipeline can be told: a switch for each stage of the strip, and the pens. */

/**
 * The width of lines in MNIST's training digits, median, in pixels of the 28 x 28 picture (ink area / skeleton length). Models
 * read simulated drawings best with it: trained ones from 1.6 to 2.4 alike, the nearest average by RMSE from 2.35 on.
 */
export const DATASET_PEN = 2.35
/** The width of the canvas pen as a part of the canvas' longer side, unless told otherwise. */
export const CANVAS_PEN = 0.05

/** Each switch is one stage of the strip "what the network sees"; all on is MNIST's convention. */
export type InkOptions = {
  /** On: lines get the data set's width, in proportion to the digit. Off: they keep the canvas pen's. */
  readonly pen: boolean
  /** On: the picture is cropped to the ink. Off: the whole canvas is taken. */
  readonly crop: boolean
  /** On: the longest side becomes 20 pixels. Off: it becomes all 28. */
  readonly box: boolean
  /** On: gray edges by area average. Off: each pixel is ink or background. */
  readonly soft: boolean
  /** On: centered by mass. Off: by the middle of the box. */
  readonly center: boolean
  /** Width of the data set's pen, in pixels of the final picture. */
  readonly penWidth: number
  /** Width of the canvas pen, in the drawing's units; null for CANVAS_PEN of the canvas. */
  readonly canvasPen: number | null
  /** How much pressure changes the width: .25 gives .75 to 1.25 of it. A mouse has no pressure. */
  readonly pressure: number
}

export const defaultInkOptions: InkOptions = {
  pen: true,
  crop: true,
  box: true,
  soft: true,
  center: true,
  penWidth: DATASET_PEN,
  canvasPen: null,
  pressure: 0.25,
}

/** The stages that can be switched off, in their order. */
export const inkSwitches = ['pen', 'crop', 'box', 'soft', 'center'] as const
export type InkSwitch = (typeof inkSwitches)[number]
