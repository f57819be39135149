/** One line at the bottom for 6 s, with Undo where something was removed; held while hovered. */
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import styles from './toast.module.css'

type Toast = {
  readonly message: string
  readonly icon?: ReactNode
  readonly undo?: () => void
}

/** Returns the function that puts it away early. */
export function showToast({ message, icon, undo }: Toast): () => void {
  const id = `toast-${Date.now()}`
  notifications.show({
    id,
    autoClose: 6000,
    withCloseButton: false,
    withBorder: false,
    classNames: {
      root: styles['toast'] ?? '',
      body: styles['body'] ?? '',
      icon: styles['icon'] ?? '',
      description: styles['text'] ?? '',
    },
    icon: icon ?? null,
    message: (
      <>
        <span>{message}</span>
        {undo === undefined ? null : (
          <button
            type="button"
            className={styles['undo']}
            onClick={() => {
              undo()
              notifications.hide(id)
            }}
          >
            Undo
          </button>
        )}
      </>
    ),
  })
  return () => {
    notifications.hide(id)
  }
}

/** A `showToast` whose toasts take each other's place, for what is done again and again: the newest one says how things stand. */
export function toastInPlace(): (toast: Toast) => void {
  let hide: (() => void) | null = null
  return (toast) => {
    hide?.()
    hide = showToast(toast)
  }
}
