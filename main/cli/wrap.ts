/** Breaks text into lines of a given width. */

/** Lines of at most `width` letters, broken at spaces; a longer word has a line of its own. Line breaks of the text stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, line]
  })
}

/** The least width of a column of explanations; where it would be less they stand below what they explain. */
const NARROWEST = 30
/** The widest left column; what is longer stands on a line of its own. */
const WIDEST_LEFT = 34

/** Terms on the left and what they mean on the right, wrapped; terms are indented by two. */
export function definitions(rows: readonly (readonly [term: string, meaning: string])[], width: number): string[] {
  const longest = Math.max(...rows.map(([term]) => term.length).filter((length) => length <= WIDEST_LEFT), 0)
  const beside = width - longest - 4 >= NARROWEST
  const indent = ' '.repeat(beside ? longest + 4 : 6)
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...more] = wrap(meaning, Math.max(1, width - indent.length))
    const below = more.map((line) => `${indent}${line}`)
    if (beside && term.length <= longest) return [`  ${term.padEnd(longest)}  ${first}`.trimEnd(), ...below]
    return [`  ${term}`, `${indent}${first}`, ...below]
  })
}
