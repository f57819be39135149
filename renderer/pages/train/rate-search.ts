/** A search for a learning rate as the page follows it: its curve while it grows, its end, and what is said of it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { AppError, toErrorPayload } from '../../../data/error.ts'
import type { RateCurve, RateSearch } from '../../../main/contract/types.ts'
import type { RunSpecification } from '../../../native/learn/specification.ts'
import { client, useEvent } from '../../connection.ts'
import { rateText } from './learning-rate.ts'

export type SearchState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching'; readonly curve: RateCurve | null; readonly fraction: number }
  | { readonly kind: 'done'; readonly result: RateSearch }
  | { readonly kind: 'failed'; readonly error: AppError }

/** No other page gives the same number, or nearly never. */
const newNumber = (): number => Math.floor(Math.random() * 2 ** 31)

export function useRateSearch() {
  const [state, setState] = useState<SearchState>({ kind: 'idle' })
  const current = useRef<number | null>(null)

  useEvent('run.rateProgressed', ({ search, curve, fraction }) => {
    if (search === current.current) setState({ kind: 'searching', curve, fraction })
  })

  /** Ends the search under way; what it has found so far is forgotten. */
  const cancel = useCallback(() => {
    const search = current.current
    current.current = null
    setState({ kind: 'idle' })
    if (search === null) return
    client.call('run.cancelFindRate', { search }).catch((thrown: unknown) => {
      // Whoever opens the finder next begins anew; without an engine there is nothing left to end.
      setState((now) => (now.kind === 'idle' ? { kind: 'failed', error: asAppError(thrown) } : now))
    })
  }, [])

  const start = useCallback(
    (specification: RunSpecification) => {
      if (current.current !== null) cancel()
      const search = newNumber()
      current.current = search
      setState({ kind: 'searching', curve: null, fraction: 0 })
      client
        .call('run.findRate', { specification, search })
        .then((result) => {
          if (current.current !== search) return
          current.current = null
          setState({ kind: 'done', result })
        })
        .catch((thrown: unknown) => {
          if (current.current !== search) return
          current.current = null
          setState({ kind: 'failed', error: asAppError(thrown) })
        })
    },
    [cancel],
  )

  // A page that goes away leaves no search behind.
  useEffect(() => () => cancel(), [cancel])
  return { state, start, cancel }
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const payload = toErrorPayload(thrown)
  return new AppError(payload.code, payload.message, { cause: thrown })
}

/** The answer to "Which learning rate?", in the present tense. */
export function searchAnswer(state: SearchState, oneCycle: boolean): string {
  switch (state.kind) {
    case 'idle':
      return ''
    case 'searching':
      return state.curve === null
        ? 'First it reads the images.'
        : 'A copy of the first weights learns, at an ever larger rate.'
    case 'failed':
      return 'This could not be tried.'
    case 'done': {
      const { suggestion } = state.result
      if (suggestion === null) return 'The loss does not clearly fall at any of these rates.'
      const why = oneCycle ? 'where the loss falls most steeply' : 'a third of where the loss falls most steeply'
      return `**${rateText(suggestion)}** is a good rate: ${why}.`
    }
  }
}
