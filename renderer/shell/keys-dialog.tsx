/** The list of keys, opened with ?. */
import { Modal } from '@mantine/core'
import { Fragment } from 'react'
import { useShortcutGroups } from './keyboard.ts'
import styles from './shell.module.css'

/** What stands on the key, where the browser calls it something else. */
const keyNames: Readonly<Record<string, string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Escape: 'Esc',
  Delete: 'Del',
}

function Keys({ keys }: { readonly keys: string }) {
  return keys.split(' ').map((combination, index) => (
    <Fragment key={combination}>
      {index === 0 ? null : ' or '}
      {combination.split('+').map((key) => (
        <kbd key={key}>{keyNames[key] ?? key}</kbd>
      ))}
    </Fragment>
  ))
}

export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const groups = useShortcutGroups()
  return (
    <Modal opened={open} onClose={onClose} title="Keys" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={styles['keys']}>
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.shortcuts.map(({ keys, what }) => (
                <div key={keys}>
                  <dt>
                    <Keys keys={keys} />
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
