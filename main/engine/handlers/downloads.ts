/** Commands about downloads of data sets. */
import type { Downloads } from '../downloads.ts'
import type { Part } from './part.ts'

export function downloadHandlers(downloads: Downloads): Part<'download'> {
  return {
    'download.list': () => downloads.list(),
    'download.start': ({ dataset }) => downloads.start(dataset),
    'download.cancel': ({ dataset }) => downloads.cancel(dataset),
  }
}
