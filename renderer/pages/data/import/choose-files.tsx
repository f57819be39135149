/** The two buttons that open the system's chooser: for files, and for a folder. */
import { Button } from '@mantine/core'
import { IconFileImport, IconFolder } from '@tabler/icons-react'
import { useRef } from 'react'
import type { ChangeEvent } from 'react'
import { pick } from './import-store.ts'
import { fromChooser } from './picked-files.ts'
import styles from './import.module.css'

/** Not among React's attributes, though all browsers know it. */
const wholeFolder = { webkitdirectory: '' }

export function ChooseFiles() {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const { currentTarget: input } = event
    if (input.files === null || input.files.length === 0) return
    void pick(fromChooser(input.files))
    // So that the same file can be chosen once more.
    input.value = ''
  }
  return (
    <div className={styles['choose']}>
      <Button
        leftSection={<IconFileImport />}
        onClick={() => {
          files.current?.click()
        }}
      >
        Choose files…
      </Button>
      <Button
        leftSection={<IconFolder />}
        onClick={() => {
          folder.current?.click()
        }}
      >
        Choose a folder…
      </Button>
      <input ref={files} type="file" multiple hidden onChange={take} aria-label="Files to import" />
      <input ref={folder} type="file" {...wholeFolder} hidden onChange={take} aria-label="Folder to import" />
    </div>
  )
}
