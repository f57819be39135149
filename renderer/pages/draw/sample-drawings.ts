/** Ten drawings to start from, one of each digit, as the points that a pen passes; curves are laid through them. */
import type { Point, Stroke } from '../../../data/drawing.ts'

type Knots = readonly (readonly [x: number, y: number])[]

/** Points between two knots. */
const STEPS = 8

/** A centripetal-free Catmull-Rom curve through the knots: each step is a cubic whose slopes are half the neighbors' distance. */
function curve(knots: Knots): Stroke {
  const points: Point[] = []
  for (let index = 0; index + 1 < knots.length; index += 1) {
    const start = knots[index]
    const end = knots[index + 1]
    if (start === undefined || end === undefined) continue
    const before = knots[index - 1] ?? start
    const after = knots[index + 2] ?? end
    for (let step = index === 0 ? 0 : 1; step <= STEPS; step += 1) {
      const t = step / STEPS
      points.push([cubic(before[0], start[0], end[0], after[0], t), cubic(before[1], start[1], end[1], after[1], t)])
    }
  }
  return points
}

/** The Catmull-Rom cubic through b (t = 0) and c (t = 1), in canvas units with one decimal. */
function cubic(a: number, b: number, c: number, d: number, t: number): number {
  const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  return Math.round(value * 10) / 10
}

/** Straight where two knots stand alone. */
const knots: readonly (readonly Knots[])[] = [
  [
    [
      [560, 190],
      [430, 215],
      [330, 370],
      [315, 580],
      [385, 770],
      [520, 800],
      [640, 690],
      [685, 490],
      [650, 300],
      [560, 195],
      [500, 200],
    ],
  ],
  [
    [
      [545, 185],
      [520, 390],
      [490, 600],
      [465, 815],
    ],
  ],
  [
    [
      [330, 330],
      [390, 225],
      [520, 195],
      [625, 270],
      [615, 400],
      [510, 560],
      [370, 700],
      [310, 780],
    ],
    [
      [310, 780],
      [450, 765],
      [560, 780],
      [695, 770],
    ],
  ],
  [
    [
      [340, 260],
      [440, 190],
      [570, 205],
      [630, 300],
      [570, 410],
      [455, 465],
    ],
    [
      [455, 465],
      [590, 485],
      [665, 590],
      [620, 730],
      [480, 800],
      [335, 745],
    ],
  ],
  [
    [
      [415, 195],
      [375, 350],
      [335, 520],
    ],
    [
      [335, 520],
      [480, 525],
      [680, 505],
    ],
    [
      [600, 210],
      [580, 420],
      [550, 620],
      [530, 815],
    ],
  ],
  [
    [
      [420, 215],
      [405, 330],
      [385, 450],
    ],
    [
      [385, 450],
      [500, 410],
      [620, 460],
      [655, 600],
      [580, 740],
      [450, 795],
      [325, 750],
    ],
    [
      [420, 215],
      [540, 210],
      [660, 195],
    ],
  ],
  [
    [
      [600, 185],
      [460, 300],
      [365, 480],
      [340, 650],
      [400, 780],
      [520, 800],
      [625, 710],
      [635, 590],
      [550, 510],
      [440, 540],
      [365, 640],
    ],
  ],
  [
    [
      [310, 265],
      [440, 250],
      [570, 235],
      [685, 215],
    ],
    [
      [685, 215],
      [600, 400],
      [520, 600],
      [455, 815],
    ],
  ],
  [
    [
      [620, 270],
      [530, 195],
      [410, 235],
      [390, 350],
      [500, 455],
      [610, 570],
      [630, 700],
      [520, 800],
      [395, 760],
      [370, 640],
      [470, 500],
      [590, 390],
      [625, 290],
    ],
  ],
  [
    [
      [635, 285],
      [540, 195],
      [410, 235],
      [355, 360],
      [415, 480],
      [540, 465],
      [625, 360],
      [640, 280],
    ],
    [
      [640, 280],
      [625, 450],
      [590, 640],
      [555, 815],
    ],
  ],
]

/** `sampleDrawings[d]` is a drawing of digit d on a canvas of side CANVAS_SIDE. */
export const sampleDrawings: readonly (readonly Stroke[])[] = knots.map((strokes) => strokes.map(curve))

/** The path of an SVG of 1000 x 1000 units that shows the strokes as lines. */
export function strokesToPath(strokes: readonly Stroke[]): string {
  return strokes.map((stroke) => stroke.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')).join('')
}
