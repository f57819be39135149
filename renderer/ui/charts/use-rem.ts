/** The root's font size in pixels: 16, or 18 where the window is large; chart margins are given in it. */
import { useSyncExternalStore } from 'react'

/** Read once for each size of the window: asking for it makes the browser compute styles. */
let known: number | null = null

function subscribe(listener: () => void): () => void {
  const changed = (): void => {
    known = null
    listener()
  }
  window.addEventListener('resize', changed)
  return () => window.removeEventListener('resize', changed)
}

function read(): number {
  known ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return known
}

export function useRem(): number {
  return useSyncExternalStore(subscribe, read)
}
