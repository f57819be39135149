/** Commands about what the library keeps beside runs: settings and drawings. */
import { AppError } from '../../../data/error.ts'
import { HANDWRITING, labeledDrawings } from '../../../data/handwriting.ts'
import { drawingToPixels } from '../../../data/ink/index.ts'
import type { Emit } from '../events.ts'
import type { EngineLibrary } from '../library.ts'
import type { Part } from './part.ts'

export function settingsHandlers(library: EngineLibrary, emit: Emit): Part<'settings'> {
  return {
    'settings.read': () => library.readSettings(),
    'settings.change'(changes) {
      const settings = library.changeSettings(changes)
      emit('settings.changed', {})
      return settings
    },
  }
}

export function drawingHandlers(
  library: EngineLibrary,
  emit: Emit,
): Omit<Part<'drawing'>, 'drawing.import' | 'drawing.export'> {
  return {
    'drawing.save'({ drawing, key }) {
      if (drawing.label !== null && drawingToPixels(drawing).blank) throw blankDrawing(drawing.label)
      const saved = library.saveDrawing(drawing, key ?? null)
      tellDrawingsChanged(emit)
      return { saved, labeled: labeledDrawings(library.listDrawings()).length }
    },
    'drawing.list': () => library.listDrawings(),
    'drawing.remove'({ drawing }) {
      library.removeDrawing(drawing)
      tellDrawingsChanged(emit)
      return null
    },
    'drawing.relabel'({ drawing, label }) {
      const changed = library.relabelDrawing(drawing, label)
      tellDrawingsChanged(emit)
      return changed
    },
    'drawing.restore'({ drawing }) {
      const restored = library.restoreDrawing(drawing)
      tellDrawingsChanged(emit)
      return restored
    },
  }
}

function blankDrawing(label: number): AppError {
  return new AppError(
    'drawing/blank',
    `There is no ink to be kept as ${label === 8 ? 'an' : 'a'} ${label}. Draw the digit first.`,
  )
}

/** Drawings are a data set as well. */
export function tellDrawingsChanged(emit: Emit): void {
  emit('drawing.changed', {})
  emit('dataset.changed', { dataset: HANDWRITING })
}
