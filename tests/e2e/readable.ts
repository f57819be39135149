/** What can be measured of a page's readability: contrast of its texts (WCAG 2.2, AA), their size, and the names of its controls. */
import type { Page } from '@playwright/test'

/** Texts that are harder to read than AA asks for, or smaller than 13 px: each with its figures. Empty when all is well. */
export function hardToRead(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Color = readonly [red: number, green: number, blue: number, alpha: number]
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    const known = new Map<string, Color>()
    const colorOf = (text: string): Color => {
      const before = known.get(text)
      if (before !== undefined) return before
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = text
      context.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data
      const color = [red, green, blue, alpha / 255] as const
      known.set(text, color)
      return color
    }
    const over = (above: Color, below: Color): Color => {
      const alpha = above[3] + below[3] * (1 - above[3])
      if (alpha === 0) return [0, 0, 0, 0]
      const mix = (one: number, other: number) => (one * above[3] + other * below[3] * (1 - above[3])) / alpha
      return [mix(above[0], below[0]), mix(above[1], below[1]), mix(above[2], below[2]), alpha]
    }
    const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
    const luminance = ([red, green, blue]: Color) =>
      0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

    const found = new Set<string>()
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const text = (walker.currentNode as Text).data.trim()
      const element = walker.currentNode.parentElement!
      if (text === '' || element.closest('.visually-hidden, script, style, noscript') !== null) continue
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      const range = document.createRange()
      range.selectNodeContents(walker.currentNode)
      const box = range.getBoundingClientRect()
      const style = getComputedStyle(element)
      if (box.width < 2 || box.height < 2 || style.clipPath !== 'none') continue
      let below: Color = [0, 0, 0, 0]
      let opacity = 1
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        const { backgroundColor, opacity: own } = getComputedStyle(each)
        below = over(below, colorOf(backgroundColor))
        opacity *= Number(own)
      }
      below = over(below, [255, 255, 255, 1])
      const inPicture = element.closest('svg') !== null
      const [red, green, blue, alpha] = colorOf(inPicture ? style.fill : style.color)
      const light = [luminance(over([red, green, blue, alpha * opacity], below)), luminance(below)]
      const contrast = (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05)
      const size = parseFloat(style.fontSize)
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      if (contrast < (large ? 3 : 4.5)) found.add(`contrast ${contrast.toFixed(2)}: ${text.slice(0, 40)}`)
      // In a picture the size is in its own units.
      if (size < 13 && !inPicture) found.add(`${size} px: ${text.slice(0, 40)}`)
    }
    return [...found]
  })
}

const controls = new Set([
  'button', 'checkbox', 'combobox', 'dialog', 'figure', 'grid', 'image', 'link', 'menu', 'menuitem', 'menuitemradio', 'radio',
  'radiogroup', 'region', 'slider', 'spinbutton', 'switch', 'table', 'textbox',
]) // prettier-ignore

/** Roles of the page's controls, pictures and tables that a screen reader has no name for. */
export async function withoutName(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return nodes
    .filter(({ ignored, role, name }) => {
      const spoken: unknown = name?.value
      return !ignored && controls.has(String(role?.value)) && (typeof spoken !== 'string' || spoken.trim() === '')
    })
    .map(({ role }) => String(role?.value))
}
