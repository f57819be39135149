/** Models of runs as .onnx files beside the database. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { notWritable, reasonOf } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { writeFileAtomically } from '../write-file.ts'

export class ModelFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Name under which a run's model is known: `run-12`. */
  static nameOf(run: number): string {
    return `run-${run}`
  }

  pathOf(name: string): string {
    return join(this.#folder, `${name}.onnx`)
  }

  /** @throws library/not-writable */
  async save(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeFileAtomically(this.pathOf(name), bytes)
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  /** @throws model/unknown */
  async read(name: string): Promise<Uint8Array> {
    try {
      return await readFile(this.pathOf(name))
    } catch (cause) {
      throw new AppError(
        'model/unknown',
        `The model ${name} cannot be read from ${this.pathOf(name)}: ${reasonOf(cause)}. Train it again, or choose another.`,
        { details: { model: name }, cause },
      )
    }
  }

  /** @throws library/not-writable */
  async remove(name: string): Promise<void> {
    try {
      await rm(this.pathOf(name), { force: true })
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  /** Removes what a killed writer left half-written. */
  async removeTemporary(): Promise<void> {
    let names: string[]
    try {
      names = await readdir(this.#folder)
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return
      throw notWritable(this.#folder, cause)
    }
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(this.#folder, name), { force: true })
  }
}
