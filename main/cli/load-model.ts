/** Models that a person names on the command line. */
import { fileURLToPath } from 'node:url'
import { Classifier } from '../../native/runtime/classifier.ts'
import { AppError } from '../../data/error.ts'
import { readNamedFile } from './files.ts'
import { didYouMean } from './nearest.ts'

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
  return await Classifier.load(await bytesOf(path, name), name)
}

async function bytesOf(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readNamedFile(path)
  } catch (error) {
    const isName = /^[\w-]+$/.test(name) && error instanceof AppError && error.code === 'file/not-found'
    if (!isName) throw error
    throw new AppError(
      'file/not-found',
      `There is no file ${name}, and no such model comes with Inkling.${didYouMean(name, shippedModels)} Name starter, starter-small or an ONNX file.`,
      { details: { path: name }, cause: error },
    )
  }
}
