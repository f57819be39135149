/** Models that a person names on the command line. */
import { fileURLToPath } from 'node:url'
import { Classifier } from '../../native/runtime/classifier.ts'
import { readNamedFile } from './files.ts'

const starter = new URL('../../native/starter/starter.onnx', import.meta.url)

/**
 * `starter`, or the path of an ONNX file.
 * @throws file/not-found, file/unreadable, model/not-onnx, model/no-metadata, model/bad-metadata
 */
export async function loadModel(name: string): Promise<Classifier> {
  const path = name === 'starter' ? fileURLToPath(starter) : name
  return await Classifier.load(await readNamedFile(path), name)
}
