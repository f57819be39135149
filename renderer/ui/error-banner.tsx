/** An error as a banner: the first sentence of its message in bold, the rest below, its code in mono, and a way on. */
import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Banner } from './banner.tsx'

type ErrorBannerProps = {
  readonly error: { readonly code: string; readonly message: string }
  readonly onRetry?: (() => void) | undefined
  /** What the button of `onRetry` says; "Try again" unless given. */
  readonly retry?: string
  readonly actions?: ReactNode
  readonly className?: string | undefined
}

/** Splits after the first sentence: a full stop that a space and a capital or digit follow. */
export function splitMessage(message: string): { fact: string; rest: string } {
  const end = /[.:] (?=[A-Z0-9"'])/.exec(message)
  if (end === null) return { fact: message, rest: '' }
  return { fact: `${message.slice(0, end.index)}.`, rest: message.slice(end.index + 2) }
}

export function ErrorBanner({ error, onRetry, retry = 'Try again', actions, className }: ErrorBannerProps) {
  const { fact, rest } = splitMessage(error.message)
  const buttons =
    onRetry === undefined && actions === undefined ? undefined : (
      <>
        {onRetry === undefined ? null : (
          <Button leftSection={<IconRefresh />} onClick={onRetry}>
            {retry}
          </Button>
        )}
        {actions}
      </>
    )
  return (
    <Banner kind="bad" title={fact} code={error.code} actions={buttons} className={className}>
      {rest === '' ? undefined : rest}
    </Banner>
  )
}
