/** What can be done with an image of "My handwriting": say that it is another digit, or remove it. Both can be taken back. */
import { ActionIcon } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useRef } from 'react'
import { toErrorPayload } from '../../../data/error.ts'
import { client } from '../../connection.ts'
import { useShortcuts } from '../../shell/keyboard.ts'
import { articleFor } from '../../ui/format.ts'
import { DigitChoice } from '../../ui/index.ts'
import type { DigitChoiceHandle } from '../../ui/index.ts'
import { toast } from '../draw/keeping.ts'
import styles from './one-image.module.css'

/** Does it and says so; a failure is said in the same place. */
async function tell(action: () => Promise<unknown>, message: string, undo?: () => void): Promise<void> {
  try {
    await action()
    toast({ message, ...(undo === undefined ? {} : { undo }) })
  } catch (thrown) {
    toast({ message: toErrorPayload(thrown).message })
  }
}

const named = (digit: number): string => `${articleFor(digit)} ${digit}`

function relabel(drawing: number, before: number, label: number): void {
  const change = (to: number) => client.call('drawing.relabel', { drawing, label: to })
  void tell(
    () => change(label),
    `It is ${named(label)} now, no longer ${named(before)}`,
    () => void tell(() => change(before), `It is ${named(before)} again`),
  )
}

function remove(drawing: number, label: number): void {
  void tell(
    () => client.call('drawing.remove', { drawing }),
    `The drawing of ${named(label)} is removed`,
    () => void tell(() => client.call('drawing.restore', { drawing }), `The drawing of ${named(label)} is back`),
  )
}

type DrawingActionsProps = {
  /** The drawing's number. */
  readonly drawing: number
  readonly label: number
}

export function DrawingActions({ drawing, label }: DrawingActionsProps) {
  const row = useRef<DigitChoiceHandle>(null)
  useShortcuts('My handwriting', [
    { keys: 'K', what: 'Correct the digit of a drawing', run: () => row.current?.focus() },
    { keys: 'Delete Backspace', what: 'Remove a drawing', run: () => remove(drawing, label) },
  ])
  return (
    <DigitChoice
      className={styles['own']}
      label="It is a"
      value={label}
      titleOf={(digit) => (digit === label ? `It is ${named(digit)}` : `It is ${named(digit)}, not ${named(label)}`)}
      onChoose={(digit) => {
        if (digit !== label) relabel(drawing, label, digit)
      }}
      handle={row}
    >
      <ActionIcon
        aria-label="Remove this drawing"
        title="Remove this drawing (Delete)"
        onClick={() => remove(drawing, label)}
      >
        <IconTrash />
      </ActionIcon>
    </DigitChoice>
  )
}
