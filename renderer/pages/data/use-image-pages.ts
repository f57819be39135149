/** The images of the shown view, as they come from the engine. */
import { useEffect, useMemo, useState } from 'react'
import type { ImageQuery } from '../../../main/contract/image-query.ts'
import { client, useConnection, useEvent } from '../../connection.ts'
import { ImagePages } from './image-pages.ts'

/** The pages of a query's answer, and a number that grows as they come. */
export function useImagePages(dataset: string, query: ImageQuery): { pages: ImagePages; version: number } {
  const generation = useConnection((state) => state.generation)
  const [version, setVersion] = useState(0)
  const { split, label, lookalike, duplicates, sort, descending } = query
  const pages = useMemo(
    () =>
      new ImagePages(
        (offset, count) =>
          client.call('dataset.page', {
            dataset,
            query: { split, label, lookalike, duplicates, sort, descending },
            offset,
            count,
          }),
        () => {
          setVersion((before) => before + 1)
        },
      ),
    [dataset, split, label, lookalike, duplicates, sort, descending],
  )
  // A set of drawings grows while it is shown.
  useEvent('drawing.changed', () => {
    if (dataset === 'handwriting') pages.startOver()
  })
  // A new engine may know what the old one could not tell.
  useEffect(() => {
    if (generation > 0) pages.retry()
  }, [pages, generation])
  useEffect(
    () => () => {
      pages.close()
    },
    [pages],
  )
  return { pages, version }
}
