/** Counts what comes out of an archive, and ends it when that is too much: a bomb, or more than this machine should take. */
import { AppError } from '../error.ts'
import { MOST_FILE_BYTES, MOST_FILES, MOST_RATIO, MOST_UNPACKED_BYTES, RATIO_FREE_BYTES } from '../import/limits.ts'

const grouped = (value: number): string => value.toLocaleString('en-US')

export class UnpackLimit {
  readonly #archive: string
  readonly #packed: number | null
  #bytes = 0
  #files = 0

  /** `packed`: size of the archive in bytes; null for a folder. */
  constructor(archive: string, packed: number | null) {
    this.#archive = archive
    this.#packed = packed
  }

  /** One file more, wanted or not. @throws import/too-large */
  file(): void {
    this.#files += 1
    if (this.#files > MOST_FILES) {
      throw this.#tooLarge(`it holds more than ${grouped(MOST_FILES)} files`)
    }
  }

  /** A wanted file of this size. @throws import/too-large */
  size(path: string, bytes: number): void {
    if (bytes > MOST_FILE_BYTES) {
      throw this.#tooLarge(
        `${JSON.stringify(path)} in it has ${grouped(bytes)} bytes, where ${grouped(MOST_FILE_BYTES)} are the most`,
      )
    }
  }

  /** This many bytes more were unpacked. @throws import/too-large */
  unpacked(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > MOST_UNPACKED_BYTES) {
      const verb = this.#packed === null ? 'holds' : 'unpacks to'
      throw this.#tooLarge(`it ${verb} more than ${grouped(MOST_UNPACKED_BYTES)} bytes`)
    }
    if (this.#packed === null) return
    if (this.#bytes > RATIO_FREE_BYTES && this.#bytes > this.#packed * MOST_RATIO) {
      throw this.#tooLarge(`its ${grouped(this.#packed)} bytes unpack to more than ${MOST_RATIO} times as many`)
    }
  }

  #tooLarge(reason: string): AppError {
    return new AppError(
      'import/too-large',
      this.#packed === null
        ? `The folder ${this.#archive} was not imported: ${reason}. Import a part of it.`
        : `${this.#archive} was not unpacked: ${reason}. If its pictures are real, unpack it yourself and import the folder, or a part of it.`,
      { details: { file: this.#archive } },
    )
  }
}

/** The error for an archive that cannot be understood. */
export function badArchive(archive: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'import/bad-archive',
    `${archive} is damaged or incomplete: ${reason}. Nothing was imported; get it again.`,
    { details: { file: archive, reason }, cause },
  )
}
