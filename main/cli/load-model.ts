/** Models that a person names on the command line. */
import { fileURLToPath } from 'node:url'
import { Classifier } from '../../native/runtime/classifier.ts'
import { readNamedFile } from './files.ts'

/** The models that come with Inkling, best first. */
export const shippedModels = ['starter', 'starter-small'] as const

/**
 * A shipped model by its name, or the path of an ONNX file.
 * @throws file/not-found, file/unreadable, model/not-onnx, model/no-metadata, model/bad-metadata
 */
export async function loadModel(name: string): Promise<Classifier> {
  const shipped = shippedModels.find((model) => model === name)
  const path =
    shipped === undefined ? name : fileURLToPath(new URL(`../../native/starter/${shipped}.onnx`, import.meta.url))
  return await Classifier.load(await readNamedFile(path), name)
}
