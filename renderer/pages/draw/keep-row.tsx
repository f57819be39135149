/** Below the tools: which digit the drawing is. One press keeps it as one's own handwriting and clears the canvas for the next one. */
import { memo, useRef } from 'react'
import { useStore } from 'zustand'
import { useShortcuts } from '../../shell/keyboard.ts'
import { drawing } from '../../store/drawing.ts'
import { articleFor } from '../../ui/format.ts'
import { DigitChoice, showToast } from '../../ui/index.ts'
import type { DigitChoiceHandle } from '../../ui/index.ts'
import { keepAs, whyNotKept } from './keeping.ts'

/** `suggested`: what the most accurate model reads; null where nothing is read. */
export const KeepRow = memo(function KeepRow({ suggested }: { readonly suggested: number | null }) {
  const whyNot = useStore(drawing, ({ strokes }) => whyNotKept(strokes))
  const row = useRef<DigitChoiceHandle>(null)
  useShortcuts('Keep', [
    {
      keys: 'K',
      what: 'Keep the drawing; then its digit',
      run: () => {
        if (whyNot === null) row.current?.focus()
        else showToast({ message: whyNot })
      },
    },
  ])
  return (
    <DigitChoice
      label="Keep as"
      suggested={suggested}
      whyNot={whyNot}
      titleOf={(digit) => `Keep as ${articleFor(digit)} ${digit}${digit === suggested ? ', as it is read' : ''}`}
      onChoose={(digit) => {
        keepAs(digit)
        // The digits are pages again.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      }}
      handle={row}
    />
  )
})
