/** The project's folder, for scripts that run from source. */
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')
