/** The orders in which the grid can show its images. To add one: an entry here, and its measure in main/contract/image-query.ts. */
import type { ImageQuery } from '../../../main/contract/image-query.ts'

export type SortChoice = Pick<ImageQuery, 'sort' | 'descending'> & {
  readonly id: string
  readonly title: string
  /** What comes first, in one sentence; null where the title says it all. */
  readonly meaning: string | null
}

export const sortChoices = [
  { id: 'order', title: 'In order', sort: 'order', descending: false, meaning: null },
  { id: 'label', title: 'By label', sort: 'label', descending: false, meaning: null },
  {
    id: 'most-ink',
    title: 'Most ink',
    sort: 'ink',
    descending: true,
    meaning: 'First those with the largest mean of their 784 numbers.',
  },
  {
    id: 'least-ink',
    title: 'Least ink',
    sort: 'ink',
    descending: false,
    meaning: 'First those with the smallest mean of their 784 numbers.',
  },
  {
    id: 'most-typical',
    title: 'Most typical',
    sort: 'typical',
    descending: false,
    meaning: 'First those nearest to the average of their class (RMSE).',
  },
  {
    id: 'least-typical',
    title: 'Least typical',
    sort: 'typical',
    descending: true,
    meaning: 'First those farthest from the average of their class (RMSE).',
  },
  {
    id: 'lookalike',
    title: 'Lookalikes',
    sort: 'lookalike',
    descending: true,
    meaning: 'First those much nearer to the average of another class.',
  },
] as const satisfies readonly SortChoice[]

export type SortId = (typeof sortChoices)[number]['id']

export function sortChoice(id: SortId): SortChoice {
  return sortChoices.find((choice) => choice.id === id) ?? sortChoices[0]
}

/** Whether images are sorted by a measure that can be told of each. */
export function isMeasured(id: SortId): boolean {
  const { sort } = sortChoice(id)
  return sort !== 'order' && sort !== 'label'
}
