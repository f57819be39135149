/** What was picked and how it is to be imported: name, way to 28 x 28, labels, a part put aside. */
import { Button, MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ErrorPayload } from '../../../../data/error.ts'
import type { DatasetInfo } from '../../../../main/contract/types.ts'
import { Banner, ErrorBanner, SegmentedSwitch } from '../../../ui/index.ts'
import { nameProblem } from './name-problem.ts'
import { changeSettings, closeImport, MOST_CLASSES, startImport } from './import-store.ts'
import type { Picked } from './import-store.ts'
import styles from './import.module.css'

type ImportFormProps = {
  readonly picked: Picked
  readonly problem: ErrorPayload | null
  readonly datasets: readonly DatasetInfo[]
}

const resizeMeanings = {
  ink: 'The ink is cut out, scaled to 20 pixels and centered by its mass, as in MNIST. Dark ink on light is turned.',
  plain: 'The whole picture is scaled to 28 pixels, as it is.',
} as const

/** What no other setting can help. */
const hopeless: ReadonlySet<ErrorPayload['code']> = new Set<ErrorPayload['code']>([
  'import/unknown-format',
  'import/bad-archive',
  'import/unsafe-path',
  'import/encrypted',
  'import/nested-archive',
  'import/no-images',
  'import/bad-array',
  'import/bad-parquet',
])

export function ImportForm({ picked, problem, datasets }: ImportFormProps) {
  const { recognized, settings } = picked
  const { kind } = recognized
  const drawings = kind === 'drawings'
  const name = useRef<HTMLInputElement>(null)
  const close = useRef<HTMLButtonElement>(null)
  // The dialog was open before, while the files were looked at, so it does not lead here by itself.
  useEffect(() => {
    if (name.current === null) close.current?.focus()
    else name.current.select()
  }, [])
  if (problem !== null && hopeless.has(problem.code)) {
    return (
      <div className={styles['form']}>
        <ErrorBanner error={problem} />
        <div className={styles['buttons']}>
          <Button ref={close} onClick={closeImport}>
            Close
          </Button>
        </div>
      </div>
    )
  }
  const wrongName = drawings ? null : nameProblem(settings.name, datasets)
  const wrong = wrongName ?? (settings.classes?.length === 0 ? 'Choose at least one class' : null)
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong === null) void startImport()
      }}
    >
      <p className={styles['recognized']}>
        <b>{recognized.name}</b>
        <span>{recognized.words}</span>
      </p>
      {problem === null ? null : <ErrorBanner error={problem} />}
      {kind === 'unknown' && problem === null ? (
        <Banner kind="warn" title="This does not look like a data set.">
          Known are folders of PNG or JPEG pictures, zip and tar archives of them, CSV, Parquet and IDX files, .npz
          files of NumPy, and drawings as JSON lines. Inkling can try all the same.
        </Banner>
      ) : null}
      {drawings ? (
        <p>They are added to your own drawings, and become images of My handwriting where they have a label.</p>
      ) : (
        <>
          <TextInput
            ref={name}
            label="Name"
            description="Small letters, digits, - and _. Models and commands know the set by it."
            value={settings.name}
            maxLength={40}
            data-autofocus
            error={wrongName}
            onChange={(event) => {
              changeSettings({ name: event.currentTarget.value })
            }}
          />
          {picked.classes === null ? null : <Classes all={picked.classes} chosen={settings.classes ?? []} />}
          {kind === 'csv' || kind === 'parquet' ? <LabelColumn picked={picked} /> : null}
          <div>
            <span className={styles['label']}>Pictures that are not 28 x 28, or in color</span>
            <SegmentedSwitch
              label="How pictures come to 28 x 28"
              value={settings.resize}
              onChange={(resize) => {
                changeSettings({ resize })
              }}
              options={[
                { value: 'ink', label: 'Ink box' },
                { value: 'plain', label: 'Whole picture' },
              ]}
            />
            <p className={styles['meaning']}>{resizeMeanings[settings.resize]}</p>
          </div>
          <Switch
            label="Invert pictures of 28 x 28 that are dark on light"
            checked={settings.invert}
            onChange={(event) => {
              changeSettings({ invert: event.currentTarget.checked })
            }}
          />
          <Select
            label="Test images, if the source has none"
            data={[
              { value: '0', label: 'None' },
              { value: '0.1', label: 'Put 10 % aside' },
              { value: '0.2', label: 'Put 20 % aside' },
            ]}
            value={String(settings.holdOut)}
            onChange={(value) => {
              changeSettings({ holdOut: Number(value ?? 0) })
            }}
          />
        </>
      )}
      <div className={styles['buttons']}>
        <Button onClick={closeImport}>Close</Button>
        <Button type="submit" variant="filled" disabled={wrong !== null} title={wrong ?? undefined}>
          {problem === null ? 'Import' : 'Import again'}
        </Button>
      </div>
    </form>
  )
}

/** Which of too many classes are taken. */
function Classes({ all, chosen }: { readonly all: readonly string[]; readonly chosen: readonly string[] }) {
  return (
    <MultiSelect
      label={`Classes, up to ${MOST_CLASSES} of ${all.length}`}
      data={all}
      value={[...chosen]}
      maxValues={MOST_CLASSES}
      searchable
      hidePickedOptions
      onChange={(classes) => {
        changeSettings({ classes })
      }}
    />
  )
}

/** Where the columns have names they are offered; else a person names one, or its number. */
function LabelColumn({ picked: { recognized, settings } }: { readonly picked: Picked }) {
  const usual = 'Found by its name or its values'
  if (recognized.columns.length > 0) {
    return (
      <Select
        label="Column of the labels"
        data={[{ value: '', label: usual }, ...recognized.columns.map((name) => ({ value: `=${name}`, label: name }))]}
        value={settings.labels === null ? '' : `=${settings.labels}`}
        onChange={(value) => {
          changeSettings({ labels: value === null || value === '' ? null : value.slice(1) })
        }}
      />
    )
  }
  return (
    <TextInput
      label="Column of the labels"
      description="Its name, or its number from 1."
      placeholder={usual}
      value={settings.labels ?? ''}
      onChange={(event) => {
        const { value } = event.currentTarget
        changeSettings({ labels: value.trim() === '' ? null : value })
      }}
    />
  )
}
