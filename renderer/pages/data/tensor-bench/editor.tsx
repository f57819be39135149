/** Where the text is typed: Enter runs one line, Ctrl Enter several; the arrow keys bring earlier texts back. */
import { Button, Menu } from '@mantine/core'
import { IconBook2, IconEraser, IconPlayerPlay } from '@tabler/icons-react'
import { useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { Panel, showToast } from '../../../ui/index.ts'
import { examplesFor } from './examples.ts'
import { bench, evaluate, setDraft, startOver } from './store.ts'
import styles from './tensor-bench.module.css'

type EditorProps = {
  readonly dataset: string | null
  /** Whether the data set has threes and sevens. */
  readonly hasPair: boolean
}

export function Editor({ dataset, hasPair }: EditorProps) {
  const { draft, busy, entries } = useStore(bench)
  const field = useRef<HTMLTextAreaElement>(null)
  /** Which earlier text is shown; -1 is what is typed now. */
  const past = useRef({ place: -1, typed: '' })

  const run = (text = draft): void => {
    past.current = { place: -1, typed: '' }
    void evaluate(text, dataset)
  }
  const recall = (step: number): void => {
    const { place, typed } = past.current
    const next = Math.max(-1, Math.min(entries.length - 1, place + step))
    if (next === place) return
    past.current = { place: next, typed: place === -1 ? draft : typed }
    setDraft(next === -1 ? past.current.typed : (entries[next]?.source ?? ''))
  }
  const keyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { selectionStart, value } = event.currentTarget
    const control = event.ctrlKey || event.metaKey
    const single = !value.includes('\n')
    if (event.key === 'Enter' && (control || (single && !event.shiftKey && !value.trimEnd().endsWith(':')))) {
      event.preventDefault()
      run()
    } else if (event.key === 'ArrowUp' && (control || single || selectionStart === 0)) {
      event.preventDefault()
      recall(1)
    } else if (event.key === 'ArrowDown' && (control || single || selectionStart === value.length)) {
      event.preventDefault()
      recall(-1)
    } else if (event.key === 'Escape') event.currentTarget.blur()
  }

  return (
    <Panel
      title="Expression"
      fact={
        <span>
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs it
        </span>
      }
      className={styles['editor']}
    >
      <textarea
        ref={field}
        className={styles['text']}
        aria-label="Expression, as in the chapter"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={draft}
        onChange={(event) => {
          setDraft(event.currentTarget.value)
        }}
        onKeyDown={keyDown}
      />
      <div className={styles['buttons']}>
        <Button
          variant="filled"
          leftSection={<IconPlayerPlay />}
          disabled={draft.trim() === ''}
          loading={busy}
          onClick={() => {
            run()
          }}
        >
          Run
        </Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button leftSection={<IconBook2 />}>Examples</Button>
          </Menu.Target>
          <Menu.Dropdown className={styles['menu'] ?? ''}>
            {examplesFor(hasPair).map(({ title, text }) => (
              <Menu.Item
                key={title}
                onClick={() => {
                  setDraft(text)
                  run(text)
                }}
              >
                {title}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          variant="subtle"
          leftSection={<IconEraser />}
          title="Forgets the names that were given, and the results"
          onClick={() => {
            startOver(dataset).catch((error: unknown) => {
              showToast({ message: error instanceof Error ? error.message : 'The bench could not start over.' })
            })
            field.current?.focus()
          }}
        >
          Start over
        </Button>
      </div>
    </Panel>
  )
}
