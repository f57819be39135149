/**
 * The engine: everything that computes and everything that stores, behind the commands of the contract. Usable in any process:
 * the tests open it in their own.
 */
import { Datasets } from '../../data/datasets.ts'
import { Uploads } from '../../data/uploads.ts'
import type { Service } from '../contract/server.ts'
import { AveragesShelf } from './averages-shelf.ts'
import { Downloads } from './downloads.ts'
import { createEventHub } from './events.ts'
import { Exports } from './exports.ts'
import { Imports } from './imports.ts'
import { appHandlers } from './handlers/app.ts'
import { averagesHandlers } from './handlers/averages.ts'
import { datasetHandlers } from './handlers/datasets.ts'
import { deviceHandlers } from './handlers/devices.ts'
import { downloadHandlers } from './handlers/downloads.ts'
import { drawingFileHandlers, exportHandlers, importHandlers, uploadHandlers } from './handlers/transfers.ts'
import { drawingHandlers, settingsHandlers } from './handlers/library.ts'
import { modelHandlers } from './handlers/models.ts'
import { runHandlers } from './handlers/runs.ts'
import { syntheticHandlers } from './handlers/synthetic.ts'
import { tensorHandlers } from './handlers/tensor.ts'
import { openEngineLibrary } from './library.ts'
import { ModelShelf } from './model-shelf.ts'
import { RateSearches } from './rate-searches.ts'
import { RunLens } from './run-lens.ts'
import { RunManager } from './run-manager.ts'
import { TensorBench } from './tensor-bench.ts'

export type EngineConfiguration = {
  /** Holds the library, and what is generated or imported. */
  readonly dataDirectory: string
  /** Searched for data sets, before the data directory. */
  readonly searchFolders: readonly string[]
  /** Holds `starter.onnx`. */
  readonly starterFolder: string
  /** For `app.read`. */
  readonly version: string
}

export type Engine = Service & {
  /** Ends what trains, keeps it, and closes the library. Call it once. */
  close(): Promise<void>
}

/** Throws `library/not-writable`, `library/damaged`, `library/newer-version`. */
export async function createEngine(configuration: EngineConfiguration): Promise<Engine> {
  const { dataDirectory, searchFolders, starterFolder } = configuration
  const { emit, onEvent } = createEventHub()
  const library = await openEngineLibrary(dataDirectory)
  const datasets = new Datasets({
    dataDirectory,
    searchFolders,
    readDrawings: () => library.listDrawings(),
    onProgress: (dataset, fraction) => emit('dataset.progressed', { dataset, fraction }),
    onChanged: (dataset) => emit('dataset.changed', { dataset }),
  })
  const uploads = new Uploads(dataDirectory)
  await uploads.sweep()
  const imports = new Imports(datasets, uploads, emit)
  const exports = new Exports(datasets, dataDirectory, emit)
  const downloads = new Downloads({ dataDirectory, searchFolders, emit })
  const averages = new AveragesShelf(datasets)
  const models = new ModelShelf({
    starterFolder,
    datasets,
    averages,
    library,
    onChanged: () => emit('model.changed', {}),
  })
  const runs = new RunManager({ library, datasets, emit, onModelRemoved: (model) => models.forget(model) })
  const lens = new RunLens(datasets, (run, step, before) => runs.pointOf(run, step, before))
  const searches = new RateSearches(datasets, emit, (run, step) => runs.pointOf(run, step))
  const bench = new TensorBench(datasets)
  return {
    onEvent,
    handlers: {
      ...appHandlers(configuration),
      ...deviceHandlers,
      ...settingsHandlers(library, emit),
      ...datasetHandlers(datasets),
      ...downloadHandlers(downloads),
      ...uploadHandlers(uploads),
      ...importHandlers(imports, datasets, emit),
      ...exportHandlers(exports),
      ...averagesHandlers(averages, datasets),
      ...modelHandlers(models),
      ...drawingHandlers(library, emit),
      ...drawingFileHandlers(library, uploads, emit),
      ...syntheticHandlers,
      ...tensorHandlers(bench),
      ...runHandlers(runs, lens, searches),
    },
    async close() {
      await downloads.close()
      await imports.close()
      await exports.close()
      await uploads.close()
      await bench.close()
      await searches.close()
      await lens.forget()
      await runs.close()
      library.close()
    },
  }
}
