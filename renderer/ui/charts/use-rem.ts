/** The root's font size in pixels: 16, or 18 where the window is large; chart margins are given in it. */
import { useSyncExternalStore } from 'react'

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

function read(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

export function useRem(): number {
  return useSyncExternalStore(subscribe, read)
}
