/** Draws on the canvas of the Draw page with the mouse. */
import type { Page } from '@playwright/test'

/** Points as shares of the canvas, x to the right and y down. */
export type Line = readonly (readonly [x: number, y: number])[]

export const seven: readonly Line[] = [
  [
    [0.3, 0.25],
    [0.45, 0.24],
    [0.68, 0.22],
    [0.6, 0.45],
    [0.52, 0.65],
    [0.45, 0.84],
  ],
]

export const three: readonly Line[] = [
  [
    [0.33, 0.25],
    [0.45, 0.18],
    [0.58, 0.22],
    [0.62, 0.32],
    [0.55, 0.43],
    [0.45, 0.47],
    [0.58, 0.52],
    [0.65, 0.64],
    [0.58, 0.77],
    [0.45, 0.82],
    [0.32, 0.76],
  ],
]

/** `steps`: pointer events between two points. */
export async function drawLines(page: Page, lines: readonly Line[], steps = 6): Promise<void> {
  const box = await page.getByTestId('canvas').boundingBox()
  if (box === null) throw new Error('there is no canvas to draw on')
  for (const line of lines) {
    for (const [index, [x, y]] of line.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: index === 0 ? 1 : steps })
      if (index === 0) await page.mouse.down()
    }
    await page.mouse.up()
  }
}

/** Draws past the first start, so that the page shows what it shows from then on. */
export async function leaveFirstStart(page: Page): Promise<void> {
  await drawLines(page, three)
  await page.getByRole('table', { name: 'What each model reads' }).waitFor()
}
