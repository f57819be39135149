/** How many channels this processor's convolutions take as one block (native/graph/blocked.ts). */
import { AppError } from '../../data/error.ts'
import { isConvolutional, type ModelName } from '../learn/specification.ts'
import { input, toBlocks, writeModel } from '../graph/index.ts'
import { float32Of, Session, tensorOf } from './session.ts'

/** As many as any processor could take. */
const CHANNELS = 64

let known: Promise<number | null> | null = null

/** What the sizes of a model's training step say of blocks; nothing for models without convolutions. */
export async function blockFor(model: ModelName): Promise<{ readonly block?: number }> {
  const block = isConvolutional(model) ? await channelBlock() : null
  return block === null ? {} : { block }
}

/** Null where ONNX Runtime has no such convolutions. Found out once, in about a millisecond. */
export function channelBlock(): Promise<number | null> {
  known ??= findOut()
  return known
}

/** Two pixels of many channels are brought into blocks: the second pixel's first channel then comes right after the first block. */
async function findOut(): Promise<number | null> {
  const shape = [1, CHANNELS, 1, 2]
  const images = input('images', shape)
  const model = writeModel({ name: 'blocks', inputs: [images], outputs: { blocks: toBlocks(images) } })
  let session: Session
  try {
    session = await Session.create(model)
  } catch (error) {
    if (error instanceof AppError && error.code === 'model/not-onnx') return null
    throw error
  }
  const numbers = Float32Array.from({ length: 2 * CHANNELS }, (_, place) => place)
  const { blocks } = await session.run({ images: tensorOf(numbers, shape) })
  await session.close()
  const block = float32Of(blocks).indexOf(1)
  return block > 1 ? block : null
}
