/** Commands about ways in and out: uploads, imports, exports, and drawings as JSON lines. */
import { drawingLines, writeDrawingLines } from '../../../data/drawing-lines.ts'
import type { Drawing } from '../../../data/drawing.ts'
import { Breather } from '../../../data/breather.ts'
import type { Datasets } from '../../../data/datasets.ts'
import { openFileSource } from '../../../data/import/file-source.ts'
import { suggestName } from '../../../data/imported-sets.ts'
import { AppError } from '../../../data/error.ts'
import type { Uploads } from '../../../data/uploads.ts'
import type { ArgumentsOf, Handlers } from '../../contract/commands.ts'
import { UPLOAD_CHUNK_BYTES } from '../../contract/upload-limits.ts'
import type { Emit } from '../events.ts'
import type { Exports } from '../exports.ts'
import type { Imports } from '../imports.ts'
import type { EngineLibrary } from '../library.ts'
import { tellDrawingsChanged } from './library.ts'
import type { Part } from './part.ts'

export function uploadHandlers(uploads: Uploads): Part<'upload'> {
  return {
    'upload.begin': async () => ({ upload: await uploads.begin(), chunkBytes: UPLOAD_CHUNK_BYTES }),
    'upload.append': ({ upload, parts }) => uploads.append(upload, parts),
    async 'upload.discard'({ upload }) {
      await uploads.discard(upload)
      return null
    },
  }
}

export function importHandlers(
  imports: Imports,
  datasets: Datasets,
  emit: Emit,
): Part<'import'> & Pick<Handlers, 'dataset.remove'> {
  return {
    'import.start': (request) => imports.start(request),
    'import.cancel': ({ import: id }) => imports.cancel(id),
    'import.list': () => imports.list(),
    async 'import.suggestName'({ text }) {
      const taken = new Set((await datasets.list()).map(({ name }) => name))
      const first = suggestName(text)
      let name = first
      for (let number = 2; taken.has(name); number += 1) name = `${first.slice(0, 36)}-${number}`
      return { name }
    },
    async 'dataset.remove'({ dataset }) {
      await datasets.imported.remove(dataset)
      datasets.forget(dataset)
      emit('dataset.changed', { dataset })
      return null
    },
  }
}

export function exportHandlers(exports: Exports): Part<'export'> {
  return {
    'export.start': (request) => exports.start(request),
    'export.read': ({ export: id, offset }) => exports.read(id, offset),
    'export.cancel': ({ export: id }) => exports.cancel(id),
  }
}

/** Drawings files beyond this are no person's. */
const MOST_DRAWING_BYTES = 2 ** 26

export function drawingFileHandlers(
  library: EngineLibrary,
  uploads: Uploads,
  emit: Emit,
): Pick<Handlers, 'drawing.import' | 'drawing.export'> {
  return {
    async 'drawing.import'({ source }) {
      const { bytes, name } = await readSource(source, uploads)
      const drawings: Drawing[] = []
      const breather = new Breather()
      for (const { drawing } of drawingLines(bytes, name)) {
        drawings.push(drawing)
        await breather.pause()
      }
      const saved = library.saveNewDrawings(drawings)
      if (saved > 0) tellDrawingsChanged(emit)
      if ('upload' in source) await uploads.discard(source.upload)
      return { read: drawings.length, saved }
    },
    'drawing.export'() {
      const drawings = library.listDrawings().map(({ drawing }) => drawing)
      return { fileName: 'inkling-drawings.jsonl', text: writeDrawingLines(drawings), count: drawings.length }
    },
  }
}

async function readSource(
  source: ArgumentsOf<'drawing.import'>['source'],
  uploads: Uploads,
): Promise<{ readonly bytes: Uint8Array; readonly name: string }> {
  const file = 'upload' in source ? await uploads.singleFile(source.upload) : await openFileSource(source.path)
  if (file === null) {
    throw new AppError(
      'drawing/bad-format',
      'Drawings come as one file of JSON lines, and several files were given. Choose one.',
    )
  }
  try {
    if (file.size > MOST_DRAWING_BYTES) {
      throw new AppError(
        'import/too-large',
        `${file.name} has ${file.size.toLocaleString('en-US')} bytes, more than drawings can have. Import a part of it.`,
        { details: { file: file.name } },
      )
    }
    return { bytes: await file.read(0, file.size), name: file.name }
  } finally {
    await file.close()
  }
}
