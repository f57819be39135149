/** Below the canvas: undo, redo, clear, and a drawing to start from; and the keys that do the same. */
import { ActionIcon, Button } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp, IconTrash, IconWriting } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { useShortcuts } from '../../shell/keyboard.ts'
import { clearDrawing, drawing, onInk, putStrokes, redo, undo } from '../../store/drawing.ts'
import { showToast } from '../../ui/index.ts'
import { sampleDrawings } from './sample-drawings.ts'
import styles from './draw.module.css'

function clear(): void {
  if (!clearDrawing()) return
  const hide = showToast({ message: 'Drawing cleared', icon: <IconTrash size="1.125rem" stroke={1.75} />, undo })
  // With new ink, Undo would mean that ink.
  const stop = onInk(() => {
    stop()
    hide()
  })
}

let nextSample = 3

/** The ten drawings in turn. */
function putSample(): void {
  putStrokes(sampleDrawings[nextSample] ?? [])
  nextSample = (nextSample + 1) % sampleDrawings.length
}

export function useDrawKeys(): void {
  useShortcuts('Draw', [
    { keys: 'Ctrl+Z', what: 'Undo', run: undo },
    { keys: 'Ctrl+Shift+Z Ctrl+Y', what: 'Redo', run: redo },
    { keys: 'Delete Backspace', what: 'Clear', run: clear },
    { keys: 'S', what: 'Next sample', run: putSample },
  ])
}

export function Tools() {
  const canUndo = useStore(drawing, (state) => state.past.length > 0)
  const canRedo = useStore(drawing, (state) => state.future.length > 0)
  const inked = useStore(drawing, (state) => state.strokes.length > 0)
  return (
    <div className={styles['tools']} role="toolbar" aria-label="Drawing">
      <ActionIcon
        onClick={undo}
        disabled={!canUndo}
        title={canUndo ? 'Undo (Ctrl Z)' : 'Nothing to undo'}
        aria-label="Undo"
      >
        <IconArrowBackUp />
      </ActionIcon>
      <ActionIcon
        onClick={redo}
        disabled={!canRedo}
        title={canRedo ? 'Redo (Ctrl Shift Z)' : 'Nothing to redo'}
        aria-label="Redo"
      >
        <IconArrowForwardUp />
      </ActionIcon>
      <Button
        leftSection={<IconTrash />}
        onClick={clear}
        disabled={!inked}
        title={inked ? 'Clear (Delete)' : 'Nothing is drawn'}
      >
        Clear
      </Button>
      <span className={styles['space']} />
      <Button leftSection={<IconWriting />} onClick={putSample} title="Draws the next of ten digits (S)">
        Sample
      </Button>
    </div>
  )
}
