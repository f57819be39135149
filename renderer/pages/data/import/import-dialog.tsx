/** The dialog of an import, from what was picked to what became of it. */
import { Button, Modal } from '@mantine/core'
import { useStore } from 'zustand'
import type { DatasetInfo } from '../../../../main/contract/types.ts'
import { count, megabytes } from '../../../ui/format.ts'
import { ErrorBanner, Loading } from '../../../ui/index.ts'
import { ImportForm } from './import-form.tsx'
import { DrawingsResult, ImportResult } from './import-result.tsx'
import { cancelImport, closeImport, importing } from './import-store.ts'
import type { ImportState } from './import-store.ts'
import styles from './import.module.css'

type ImportDialogProps = {
  readonly datasets: readonly DatasetInfo[]
  readonly onShow: (dataset: string) => void
}

export function ImportDialog({ datasets, onShow }: ImportDialogProps) {
  const state = useStore(importing)
  const running = state.step === 'sending' || state.step === 'reading'
  return (
    <Modal
      opened={state.step !== 'none'}
      onClose={closeImport}
      size="34rem"
      title={titleOf(state)}
      closeOnClickOutside={false}
      closeOnEscape={!running}
      withCloseButton={!running}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Step state={state} datasets={datasets} onShow={onShow} />
    </Modal>
  )
}

function titleOf(state: ImportState): string {
  if (state.step === 'done' || state.step === 'drawn') return 'Imported'
  if (state.step === 'settings' && state.picked.recognized.kind === 'drawings') return 'Import drawings'
  return 'Import a data set'
}

function Step({ state, datasets, onShow }: ImportDialogProps & { readonly state: ImportState }) {
  switch (state.step) {
    case 'none':
      return null
    case 'looking':
      return <Loading words="Looking at the files" shapes={0} />
    case 'unreadable':
      return <ErrorBanner error={state.problem} actions={<Button onClick={closeImport}>Close</Button>} />
    case 'settings':
      return <ImportForm picked={state.picked} problem={state.problem} datasets={datasets} />
    case 'sending':
      return (
        <Progress
          title={`Taking ${state.picked.recognized.name}`}
          fraction={state.picked.bytes === 0 ? null : state.sent / state.picked.bytes}
          figures={`${megabytes(state.sent)} of ${megabytes(state.picked.bytes)}`}
        />
      )
    case 'reading':
      return (
        <Progress
          title={`Reading ${state.picked.recognized.name}`}
          fraction={state.fraction}
          figures={`${count(state.images, 'image')} so far`}
        />
      )
    case 'done':
      return <ImportResult dataset={state.dataset} report={state.report} onShow={onShow} />
    case 'drawn':
      return <DrawingsResult read={state.read} saved={state.saved} unlabeled={state.unlabeled} onShow={onShow} />
  }
}

type ProgressProps = { readonly title: string; readonly fraction: number | null; readonly figures: string }

function Progress({ title, fraction, figures }: ProgressProps) {
  const percent = fraction === null ? null : Math.floor(fraction * 100)
  return (
    <div className={styles['progress']}>
      <b>{title}</b>
      <div
        className={styles['bar']}
        role="progressbar"
        aria-label={title}
        aria-valuetext={figures}
        {...(percent === null ? {} : { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent })}
      >
        <i style={{ width: `${percent ?? 0}%` }} />
      </div>
      <p className={styles['figures']}>
        <span>{figures}</span>
        <span>{percent === null ? '' : `${percent} %`}</span>
      </p>
      <div className={styles['buttons']}>
        <Button
          onClick={() => {
            cancelImport().catch((error: unknown) => console.info('The import could not be cancelled:', error))
          }}
        >
          Cancel
        </Button>
      </div>
    </div>
  )
}
