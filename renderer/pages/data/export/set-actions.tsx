/** What can be done with a whole set: export it as pictures or IDX, its drawings as JSON lines, and remove it where it was imported. */
import { Button, Modal } from '@mantine/core'
import { IconDownload, IconTrash, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { toErrorPayload } from '../../../../data/error.ts'
import type { ErrorPayload } from '../../../../data/error.ts'
import type { DatasetInfo } from '../../../../main/contract/types.ts'
import { client } from '../../../connection.ts'
import { count } from '../../../ui/format.ts'
import { ErrorBanner, showToast } from '../../../ui/index.ts'
import { imagesOf } from '../../../ui/dataset-words.ts'
import { cancelExport, exportDrawings, exporting, startExport } from './export-store.ts'
import styles from './export.module.css'

type SetActionsProps = {
  readonly info: DatasetInfo
  /** After the set was removed. */
  readonly onRemoved: () => void
}

export function SetActions({ info, onRemoved }: SetActionsProps) {
  const state = useStore(exporting)
  const [removing, setRemoving] = useState(false)
  const [problem, setProblem] = useState<ErrorPayload | null>(null)
  const own = state.step !== 'none' && state.dataset === info.name ? state : null
  const busy = state.step === 'running'
  const title = busy ? 'Another export is under way' : undefined
  return (
    <div className={styles['actions']}>
      <div className={styles['buttons']}>
        <Button
          leftSection={<IconDownload />}
          disabled={busy}
          title={title ?? 'A zip archive with a folder for each class'}
          onClick={() => void startExport(info.name, 'folder')}
        >
          Export pictures
        </Button>
        <Button
          leftSection={<IconDownload />}
          disabled={busy}
          title={title ?? "A zip archive with files in MNIST's own form"}
          onClick={() => void startExport(info.name, 'idx')}
        >
          Export IDX
        </Button>
        {info.name === 'handwriting' ? (
          <Button
            leftSection={<IconDownload />}
            title="All drawings as JSON lines, those without a label too"
            onClick={() => {
              exportDrawings().catch((error: unknown) => {
                setProblem(toErrorPayload(error))
              })
            }}
          >
            Export drawings
          </Button>
        ) : null}
        {info.imported === null ? null : (
          <Button
            leftSection={<IconTrash />}
            onClick={() => {
              setRemoving(true)
            }}
          >
            Remove…
          </Button>
        )}
      </div>
      {own?.step === 'running' ? <Progress fraction={own.fraction} /> : null}
      {own?.step === 'failed' ? <ErrorBanner error={own.problem} /> : null}
      {problem === null ? null : <ErrorBanner error={problem} />}
      <RemoveDialog
        info={info}
        open={removing}
        onClose={() => {
          setRemoving(false)
        }}
        onRemoved={onRemoved}
      />
    </div>
  )
}

function Progress({ fraction }: { readonly fraction: number | null }) {
  const percent = Math.floor((fraction ?? 1) * 100)
  return (
    <div className={styles['progress']}>
      <div
        className={styles['bar']}
        role="progressbar"
        aria-label="Export"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      <span className="caption">{fraction === null ? 'Saving' : `Packing ${percent} %`}</span>
      <Button
        size="compact-sm"
        leftSection={<IconX />}
        onClick={() => {
          void cancelExport()
        }}
      >
        Cancel
      </Button>
    </div>
  )
}

type RemoveDialogProps = SetActionsProps & { readonly open: boolean; readonly onClose: () => void }

function RemoveDialog({ info, open, onClose, onRemoved }: RemoveDialogProps) {
  const [problem, setProblem] = useState<ErrorPayload | null>(null)
  const remove = async (): Promise<void> => {
    try {
      await client.call('dataset.remove', { dataset: info.name })
      onClose()
      onRemoved()
      showToast({ message: `${info.title} is removed.` })
    } catch (error) {
      setProblem(toErrorPayload(error))
    }
  }
  return (
    <Modal opened={open} onClose={onClose} title={`Remove ${info.title}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <p>
        Its {count(imagesOf(info), 'image')} are deleted from this computer. What they were imported from, and runs that
        were trained with them, stay.
      </p>
      {problem === null ? null : <ErrorBanner error={problem} className={styles['problem']} />}
      <div className={styles['ask']}>
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="filled" onClick={() => void remove()}>
          Remove
        </Button>
      </div>
    </Modal>
  )
}
