/** Keyboard shortcuts: pages register theirs, one listener serves them all, and the list of keys is drawn from them. */
import { useEffect, useRef } from 'react'
import { createStore, useStore } from 'zustand'

export type Shortcut = {
  /** Like `1`, `?`, `Delete`, `Ctrl+Z`, `Ctrl+Shift+Z`. Ctrl is Command on a Mac. Several for one thing: `Delete Backspace`. */
  readonly keys: string
  /** What it does, for the list: "Undo". */
  readonly what: string
  readonly run: () => void
}

export type ShortcutGroup = { readonly title: string; readonly shortcuts: readonly Shortcut[] }

const store = createStore<{ readonly groups: readonly ShortcutGroup[] }>(() => ({ groups: [] }))

/** Registers shortcuts while the component is shown. The newest group wins where keys are the same. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const newest = useRef(shortcuts)
  useEffect(() => {
    newest.current = shortcuts
  })
  const shape = shortcuts.map(({ keys, what }) => `${keys}\t${what}`).join('\n')
  useEffect(() => {
    const group: ShortcutGroup = {
      title,
      shortcuts: shape.split('\n').map((line, index) => {
        const [keys = '', what = ''] = line.split('\t')
        return { keys, what, run: () => newest.current[index]?.run() }
      }),
    }
    store.setState(({ groups }) => ({ groups: [...groups, group] }))
    return () => {
      store.setState(({ groups }) => ({ groups: groups.filter((other) => other !== group) }))
    }
  }, [title, shape])
}

export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useStore(store, (state) => state.groups)
}

/** Whether what is typed here goes into a field. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'range'].includes(target.type)
}

/** Whether the focused control itself answers to this key. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false
  if (event.key === ' ' || event.key === 'Enter') return event.target.closest('button, a, input, summary') !== null
  return event.key.startsWith('Arrow') && event.target instanceof HTMLInputElement
}

function matches(keys: string, event: KeyboardEvent): boolean {
  return keys.split(' ').some((combination) => {
    const parts = combination === '+' ? ['+'] : combination.split('+')
    const key = parts.at(-1) ?? ''
    const wantsControl = parts.includes('Ctrl')
    const wantsShift = parts.includes('Shift')
    if ((event.ctrlKey || event.metaKey) !== wantsControl || event.altKey !== parts.includes('Alt')) return false
    // Signs such as ? need Shift on some keyboards and not on others.
    const isLetter = /^[a-z]$/i.test(key)
    if ((wantsControl || isLetter || key.length > 1) && event.shiftKey !== wantsShift) return false
    const wanted = key === 'Space' ? ' ' : key
    return event.key.toLowerCase() === wanted.toLowerCase()
  })
}

/** The one listener; returns the function that ends it. */
export function listenToKeyboard(): () => void {
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isTyping(event.target) || belongsToControl(event)) return
    if (document.querySelector('[aria-modal="true"]') !== null) return
    for (const group of [...store.getState().groups].reverse()) {
      const found = group.shortcuts.find(({ keys }) => matches(keys, event))
      if (found === undefined) continue
      event.preventDefault()
      found.run()
      return
    }
  }
  document.addEventListener('keydown', listener)
  return () => {
    document.removeEventListener('keydown', listener)
  }
}

/** Moves the focus to the next region of the page (rail, page, panels), round and round. */
export function focusNextRegion(): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null,
  )
  const innermost = regions.findLastIndex((region) => region.contains(document.activeElement))
  regions[(innermost + 1) % regions.length]?.focus()
}
