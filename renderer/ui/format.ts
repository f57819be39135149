/** How numbers and digits are written: four decimals for accuracies and losses, commas in counts, one minus sign. */

const grouped = new Intl.NumberFormat('en-US')
const MINUS = '\u2212'

/** `0.9662`; the minus sign is the typographic one. Not-a-number and infinities are written out. */
export function fourDecimals(value: number): string {
  return decimals(value, 4)
}

/** Fixed number of decimals, typographic minus, no negative zero. */
export function decimals(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'not a number'
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : `${MINUS}infinite`
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? MINUS + text : text
}

/** With a sign in front: `+0.58`, `−0.58`. */
export function signed(value: number, digits = 2): string {
  const text = decimals(value, digits)
  return value > 0 ? `+${text}` : text
}

/** `60,000`. */
export function thousands(value: number): string {
  return grouped.format(Math.round(value)).replace('-', MINUS)
}

/** `1 image`, `60,000 images`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${thousands(value)} ${value === 1 ? one : many}`
}

/** `11.6 MB`; less than a tenth of one in kB, and less than one of those in bytes. */
export function megabytes(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte')
  return bytes < 100_000 ? `${decimals(bytes / 1e3, 1)} kB` : `${decimals(bytes / 1e6, 1)} MB`
}

/** `59 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

const digitWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const

/** `three` for 3; numbers above ten stay figures. */
export function numberWord(value: number): string {
  return digitWords[value] ?? thousands(value)
}

/** `Three` for 3. */
export function numberWordCapital(value: number): string {
  const word = numberWord(value)
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** `an eight`, `a three`. */
export function digitWithArticle(digit: number): string {
  return `${digit === 8 ? 'an' : 'a'} ${numberWord(digit)}`
}

/** `a 7`, `an 8`: the article that goes before the figure. */
export function articleFor(digit: number): string {
  return digit === 8 ? 'an' : 'a'
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}
