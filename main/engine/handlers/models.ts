/** Commands about models, and the reading of a drawing with them. */
import { drawingToPixels } from '../../../data/ink/index.ts'
import type { ModelShelf } from '../model-shelf.ts'
import type { Part } from './part.ts'

export function modelHandlers(shelf: ModelShelf): Part<'model'> & Part<'digit'> {
  return {
    'model.list': () => shelf.list(),
    'model.evaluate': ({ model, dataset, split }) => shelf.evaluate(model, dataset, split),
    async 'digit.predict'({ models, ...strokes }) {
      const { pixels, blank } = drawingToPixels(strokes)
      return { blank, pixels, predictions: blank ? [] : await shelf.predict(models, pixels) }
    },
  }
}
