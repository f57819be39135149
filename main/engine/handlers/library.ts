/** Commands about what the library keeps beside runs: settings and drawings. */
import { HANDWRITING } from '../../../data/handwriting.ts'
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
    'drawing.save'({ drawing }) {
      const saved = library.saveDrawing(drawing)
      tellDrawingsChanged(emit)
      return saved
    },
    'drawing.list': () => library.listDrawings(),
    'drawing.remove'({ drawing }) {
      library.removeDrawing(drawing)
      tellDrawingsChanged(emit)
      return null
    },
  }
}

/** Drawings are a data set as well. */
export function tellDrawingsChanged(emit: Emit): void {
  emit('drawing.changed', {})
  emit('dataset.changed', { dataset: HANDWRITING })
}
