/** Grid and image side by side: split switch, index search, counts as filter, one image as numbers. */
import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { splits } from '../../../data/image-set.ts'
import type { Split } from '../../../data/image-set.ts'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { client, useCommand, useConnection, useEvent } from '../../connection.ts'
import { useShortcuts } from '../../shell/keyboard.ts'
import { digitWithArticle, thousands } from '../../ui/format.ts'
import { EmptyState, ErrorBanner, Loading, Panel, SegmentedSwitch } from '../../ui/index.ts'
import { ClassFilter } from './class-filter.tsx'
import { ImageGrid } from './image-grid.tsx'
import { ImagePages } from './image-pages.ts'
import { OneImage } from './one-image.tsx'
import { hasDigits } from './sets.ts'
import { changeView, view } from './view.ts'
import styles from './data.module.css'

const splitTitles: Readonly<Record<Split, string>> = { train: 'Train', test: 'Test' }
const imageTitles: Readonly<Record<Split, string>> = { train: 'Training image', test: 'Test image' }

/** "a three", "an ankle boot" is left as its name: "Ankle boot". */
function className(info: DatasetInfo, label: number): string {
  return hasDigits(info) ? digitWithArticle(label) : (info.classes[label] ?? `class ${label}`)
}

/** The pages of the shown view, and a number that grows as they come. */
function usePages(dataset: string, split: Split, label: number | null): { pages: ImagePages; version: number } {
  const generation = useConnection((state) => state.generation)
  const [version, setVersion] = useState(0)
  const pages = useMemo(
    () =>
      new ImagePages(
        (offset, count) => client.call('dataset.page', { dataset, split, label, offset, count }),
        () => {
          setVersion((before) => before + 1)
        },
      ),
    [dataset, split, label],
  )
  // A new engine may know what the old one could not tell.
  useEffect(() => {
    if (generation > 0) pages.retry()
  }, [pages, generation])
  useEffect(
    () => () => {
      pages.close()
    },
    [pages],
  )
  return { pages, version }
}

export function Browser({ info }: { readonly info: DatasetInfo }) {
  const { split: wanted, label, position: wantedPosition } = useStore(view)
  const split: Split = info.splits[wanted] === null ? (wanted === 'train' ? 'test' : 'train') : wanted
  const { pages, version } = usePages(info.name, split, label)
  const search = useRef<HTMLInputElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const progress = useGeneration(info.name)
  const total = pages.total
  const position = total === null ? wantedPosition : Math.max(0, Math.min(total - 1, wantedPosition))
  const at = pages.at(position)
  const detail = useCommand('dataset.image', at === null ? null : { dataset: info.name, split, index: at.index }, {
    keep: true,
  })

  useEffect(() => {
    pages.want(position, position)
  }, [pages, position])

  const choose = (next: number): void => {
    changeView({ position: next })
  }
  useShortcuts('Data', [
    { keys: 'ArrowLeft', what: 'Previous image', run: () => choose(Math.max(0, position - 1)) },
    { keys: 'ArrowRight', what: 'Next image', run: () => choose(Math.min((total ?? 1) - 1, position + 1)) },
    { keys: '/', what: 'Go to an index', run: () => search.current?.focus() },
  ])

  const count = info.splits[split]?.count ?? 0
  const goTo = (index: number): void => {
    changeView({ label: null, position: index })
  }

  return (
    <>
      <Panel label="Images" className={styles['images']}>
        <div className={styles['toolbar']}>
          <SegmentedSwitch
            label="Split"
            value={split}
            onChange={(next) => {
              changeView({ split: next })
            }}
            options={splits.map((name) => {
              const half = info.splits[name]
              return {
                value: name,
                label: `${splitTitles[name]} ${half === null ? '' : thousands(half.count)}`,
                disabled: half === null,
                ...(half === null ? { title: `${info.title} has no ${name} half here` } : {}),
              }
            })}
          />
          <IndexSearch inputRef={search} count={count} onGo={goTo} />
        </div>
        <ClassFilter
          classes={info.classes}
          counts={info.splits[split]?.classCounts ?? null}
          label={label}
          onChange={(next) => {
            changeView({ label: next })
          }}
        />
        {pages.error !== null ? (
          <ErrorBanner
            error={pages.error}
            onRetry={() => {
              pages.retry()
            }}
          />
        ) : total === null ? (
          progress === null ? (
            <Loading words={`Reading ${info.title}`} shapes={60} />
          ) : (
            <Generating title={info.title} fraction={progress} />
          )
        ) : total === 0 ? (
          <EmptyState title="No image of this class">Choose another class, or all of them.</EmptyState>
        ) : (
          <ImageGrid
            pages={pages}
            version={version}
            total={total}
            chosen={position}
            onChoose={choose}
            onOpen={() => table.current?.focus()}
            label={`${split === 'train' ? 'Training' : 'Test'} images of ${info.title}`}
            describe={(place) => {
              const image = pages.at(place)
              return image === null ? '' : `${imageTitles[split]} ${image.index}, ${className(info, image.label)}`
            }}
          />
        )}
      </Panel>
      <div ref={table} tabIndex={-1} className={styles['detail']}>
        {detail.error !== null ? (
          <Panel label="One image">
            <ErrorBanner error={detail.error} onRetry={detail.reload} />
          </Panel>
        ) : detail.data === null || total === null ? (
          <Panel label="One image">
            <EmptyState title="One image, as numbers">The first one appears as soon as the images are here.</EmptyState>
          </Panel>
        ) : (
          <OneImage
            image={detail.data}
            title={`${imageTitles[split]} ${detail.data.index}, ${className(info, detail.data.label)}`}
            onPrevious={position > 0 ? () => choose(position - 1) : null}
            onNext={position + 1 < total ? () => choose(position + 1) : null}
          />
        )}
      </div>
    </>
  )
}

/** How far the built-in set is written, 0 to 1; null when nothing is being written. */
function useGeneration(dataset: string): number | null {
  const [fraction, setFraction] = useState<number | null>(null)
  useEvent('dataset.progressed', (event) => {
    if (event.dataset === dataset) setFraction(event.fraction >= 1 ? null : event.fraction)
  })
  return fraction
}

function Generating({ title, fraction }: { readonly title: string; readonly fraction: number }) {
  const percent = Math.floor(fraction * 100)
  return (
    <div className={styles['generating']} role="status">
      <b>
        Writing the digits of {title}: {percent} %
      </b>
      <div className={styles['bar']}>
        <i style={{ width: `${percent}%` }} />
      </div>
      <span className="caption">This happens once. They are kept on this computer.</span>
    </div>
  )
}

type IndexSearchProps = {
  readonly inputRef: React.RefObject<HTMLInputElement | null>
  readonly count: number
  readonly onGo: (index: number) => void
}

function IndexSearch({ inputRef, count, onGo }: IndexSearchProps) {
  const [text, setText] = useState('')
  const index = /^\d+$/.test(text.trim()) ? Number(text.trim()) : null
  const wrong = text.trim() !== '' && (index === null || index >= count)
  return (
    <TextInput
      ref={inputRef}
      className={styles['search'] ?? ''}
      leftSection={<IconSearch size="1rem" stroke={1.75} />}
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
