/** Commands of the tensor bench. */
import type { TensorBench } from '../tensor-bench.ts'
import type { Part } from './part.ts'

export function tensorHandlers(bench: TensorBench): Part<'tensor'> {
  return {
    'tensor.evaluate': (text) => bench.evaluate(text),
    'tensor.reset': ({ session, dataset }) => bench.evaluate({ session, dataset, source: '' }, true),
  }
}
