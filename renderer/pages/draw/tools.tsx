/** Below the canvas: undo, redo, clear, one's kept drawings, and a drawing to start from; and the keys that do the same. */
import { ActionIcon, Button } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp, IconTrash, IconWriting } from '@tabler/icons-react'
import { memo } from 'react'
import { useStore } from 'zustand'
import { useShortcuts } from '../../shell/keyboard.ts'
import { useLocation } from 'wouter'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { clearDrawing, drawing, onInk, putStrokes, redo, undo } from '../../store/drawing.ts'
import { imagesOf } from '../../ui/dataset-words.ts'
import { count, thousands } from '../../ui/format.ts'
import { showToast } from '../../ui/index.ts'
import { showSet } from '../data/sets.ts'
import { changeView } from '../data/view.ts'
import { lastKept, outbox, undoLast } from './keeping.ts'
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
    { keys: 'Ctrl+Z', what: 'Undo', run: undoLast },
    { keys: 'Ctrl+Shift+Z Ctrl+Y', what: 'Redo', run: redo },
    { keys: 'Delete Backspace', what: 'Clear', run: clear },
    { keys: 'S', what: 'Next sample', run: putSample },
  ])
}

/** `handwriting`: the set of kept drawings; null where there is none. */
export const Tools = memo(function Tools({ handwriting }: { readonly handwriting: DatasetInfo | null }) {
  const kept = useStore(lastKept, (state) => state.kept)
  const canUndo = useStore(drawing, (state) => state.past.length > 0) || kept !== null
  const canRedo = useStore(drawing, (state) => state.future.length > 0)
  const inked = useStore(drawing, (state) => state.strokes.length > 0)
  return (
    <div className={styles['tools']} role="toolbar" aria-label="Drawing">
      <ActionIcon
        onClick={undoLast}
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
      <Gallery handwriting={handwriting} />
      <ActionIcon onClick={putSample} title="Draw the next of ten samples (S)" aria-label="Sample">
        <IconWriting />
      </ActionIcon>
    </div>
  )
})

/** How many drawings are kept, which leads to them; and how many wait for the engine. */
function Gallery({ handwriting }: { readonly handwriting: DatasetInfo | null }) {
  const [, navigate] = useLocation()
  const waiting = useStore(outbox.state, (state) => state.waiting.length)
  const here = handwriting === null ? 0 : imagesOf(handwriting)
  return (
    <span className={styles['gallery']}>
      {waiting > 0 && here === 0 ? <span className="caption">{thousands(waiting)} waiting</span> : null}
      {here === 0 ? null : (
        <button
          type="button"
          title={
            waiting > 0
              ? `${count(waiting, 'drawing waits', 'drawings wait')} for the engine`
              : 'Look through your drawings, correct and remove them'
          }
          onClick={() => {
            showSet('handwriting')
            changeView({ split: 'both' })
            navigate('/data')
          }}
        >
          {thousands(here)} kept
        </button>
      )}
    </span>
  )
}
