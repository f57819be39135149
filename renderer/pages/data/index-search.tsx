/** The field that goes to an image by its index. */
import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { thousands } from '../../ui/format.ts'
import styles from './grid-toolbar.module.css'

type IndexSearchProps = {
  readonly inputRef: React.RefObject<HTMLInputElement | null>
  /** Images that there are; their indices begin with 0. */
  readonly count: number
  readonly onGo: (index: number) => void
}

export function IndexSearch({ inputRef, count, onGo }: IndexSearchProps) {
  const [text, setText] = useState('')
  const digits = text.trim().replaceAll(',', '')
  const index = /^\d+$/.test(digits) ? Number(digits) : null
  const wrong = digits !== '' && (index === null || index >= count)
  return (
    <TextInput
      ref={inputRef}
      className={styles['search'] ?? ''}
      leftSection={<IconSearch size="1rem" stroke={1.75} aria-hidden />}
      placeholder="Index"
      aria-label="Go to the image with this index"
      title={wrong ? `A number from 0 to ${thousands(count - 1)}` : 'Press Enter to go to this image'}
      inputMode="numeric"
      value={text}
      error={wrong}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && index !== null && !wrong) onGo(index)
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      rightSection={wrong ? <span className={styles['limit']}>to {thousands(count - 1)}</span> : null}
      rightSectionWidth={wrong ? '4.5rem' : 0}
    />
  )
}
