/** Grid and image side by side: what is shown and in which order, the images, and the chosen one. */
import { Button } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { splits } from '../../../data/image-set.ts'
import type { DatasetInfo, ImagePlace } from '../../../main/contract/types.ts'
import { client, useCommand } from '../../connection.ts'
import { useShortcuts } from '../../shell/keyboard.ts'
import { EmptyState, ErrorBanner, Loading, Panel } from '../../ui/index.ts'
import { ClassFilter } from './class-filter.tsx'
import { Generating, useGeneration } from './generating.tsx'
import { countIn, GridToolbar } from './grid-toolbar.tsx'
import { ImageGrid } from './image-grid.tsx'
import type { Focusable } from './image-grid.tsx'
import { imageName } from './names.ts'
import { OneImage } from './one-image.tsx'
import { ShownNote } from './shown-note.tsx'
import { isMeasured } from './sort-choices.ts'
import { useImagePages } from './use-image-pages.ts'
import { changeView, queryOf, unfiltered, view as viewStore } from './view.ts'
import type { View } from './view.ts'
import styles from './data.module.css'

/** The view as this set can show it: a half that it lacks gives way to the other one. */
function useShownView(info: DatasetInfo): View {
  const view = useStore(viewStore)
  return useMemo(() => {
    const { train, test } = info.splits
    if (train !== null && test !== null) return view
    return { ...view, split: train === null ? 'test' : 'train' }
  }, [view, info])
}

function countsOf(info: DatasetInfo, split: View['split']): readonly number[] | null {
  if (split !== 'both') return info.splits[split]?.classCounts ?? null
  const halves = splits.map((name) => info.splits[name]?.classCounts ?? null)
  const [train, test] = halves
  return train && test ? info.classes.map((_, label) => (train[label] ?? 0) + (test[label] ?? 0)) : null
}

/** Shows an image: in the present view where it stands there, else among all images in order. */
async function showImage(info: DatasetInfo, shown: View, place: ImagePlace): Promise<void> {
  const view = shown.split === 'both' || shown.split === place.split ? shown : { ...shown, split: place.split }
  const { position } = await client.call('dataset.locate', { dataset: info.name, query: queryOf(view), ...place })
  if (view === shown && position !== null) {
    changeView({ position })
    return
  }
  const before = view.split === 'both' && place.split === 'test' ? countIn(info, 'train') : 0
  changeView({ ...unfiltered, split: view.split, position: before + place.index })
}

export function Browser({ info }: { readonly info: DatasetInfo }) {
  const view = useShownView(info)
  const { split, label } = view
  const { pages, version } = useImagePages(info.name, queryOf(view))
  const search = useRef<HTMLInputElement>(null)
  const opened = useRef<HTMLDivElement>(null)
  const grid = useRef<Focusable>(null)
  const progress = useGeneration(info.name)
  const total = pages.total
  const position = total === null ? view.position : Math.max(0, Math.min(total - 1, view.position))
  const at = pages.at(position)
  const detail = useCommand(
    'dataset.image',
    at === null ? null : { dataset: info.name, split: at.split, index: at.index },
    // A drawing of one's own may be another digit now.
    { keep: true, refetchOn: ['drawing.changed'] },
  )

  useEffect(() => {
    pages.want(position, position)
  }, [pages, position])

  const choose = (next: number): void => {
    changeView({ position: next })
  }
  const show = (wanted: ImagePlace): void => {
    showImage(info, view, wanted).catch((error: unknown) => {
      // The grid asks the same engine and shows what is wrong with it.
      console.info('The image could not be looked up:', error)
    })
  }
  const goTo = (number: number): void => {
    const train = countIn(info, 'train')
    if (split !== 'both') show({ split, index: number })
    else if (number < train) show({ split: 'train', index: number })
    else show({ split: 'test', index: number - train })
  }
  useShortcuts('Data', [
    { keys: 'ArrowLeft', what: 'Previous image', run: () => choose(Math.max(0, position - 1)) },
    { keys: 'ArrowRight', what: 'Next image', run: () => choose(Math.min((total ?? 1) - 1, position + 1)) },
    { keys: 'Home', what: 'First image', run: () => choose(0) },
    { keys: 'End', what: 'Last image', run: () => choose(Math.max(0, (total ?? 1) - 1)) },
    { keys: 'Enter', what: 'From the grid to the chosen image; Esc goes back', run: () => opened.current?.focus() },
    { keys: '/', what: 'Go to an index', run: () => search.current?.focus() },
  ])
  const backToGrid = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    grid.current?.focus()
  }

  return (
    <>
      <Panel label="Images" className={styles['images']}>
        <GridToolbar info={info} view={view} searchRef={search} onGo={goTo} />
        <ClassFilter
          classes={info.classes}
          counts={countsOf(info, split)}
          label={label}
          onChange={(next) => {
            changeView({ label: next })
          }}
        />
        <ShownNote info={info} view={view} total={total} />
        {pages.error !== null ? (
          <ErrorBanner
            error={pages.error}
            onRetry={() => {
              pages.retry()
            }}
          />
        ) : total === null ? (
          progress === null ? (
            <Loading words={`Reading ${info.title}`} shapes={200} className={styles['ghosts']} />
          ) : (
            <Generating title={info.title} fraction={progress} />
          )
        ) : total === 0 ? (
          <NoImages view={view} info={info} />
        ) : (
          <ImageGrid
            gridRef={grid}
            pages={pages}
            version={version}
            total={total}
            lines={isMeasured(view.sort) ? 2 : 1}
            chosen={position}
            onChoose={choose}
            onOpen={() => opened.current?.focus()}
            label={`${{ train: 'Training images', test: 'Test images', both: 'All images' }[split]} of ${info.title}`}
            describe={(wanted) => {
              const image = pages.at(wanted)
              return image === null ? '' : imageName(info, image)
            }}
          />
        )}
      </Panel>
      <div ref={opened} tabIndex={-1} className={styles['detail']} onKeyDown={backToGrid} role="presentation">
        {detail.error !== null ? (
          <Panel label="One image">
            <ErrorBanner error={detail.error} onRetry={detail.reload} />
          </Panel>
        ) : total === 0 ? (
          <Panel label="One image">
            <EmptyState title="One image, as numbers">Choose other images at the left.</EmptyState>
          </Panel>
        ) : detail.data === null ? (
          <NoImageYet />
        ) : (
          <OneImage
            info={info}
            image={detail.data}
            title={imageName(info, detail.data)}
            onShow={show}
            onPrevious={position > 0 ? () => choose(position - 1) : null}
            onNext={position + 1 < (total ?? 0) ? () => choose(position + 1) : null}
          />
        )}
      </div>
    </>
  )
}

/** The place of the first image while it is read. */
export function NoImageYet() {
  return (
    <Panel label="One image">
      <Loading words="One image as numbers appears here" shapes={0} />
    </Panel>
  )
}

/** Why nothing is shown, and the way out. */
function NoImages({ view, info }: { readonly view: View; readonly info: DatasetInfo }) {
  const all = (
    <Button
      onClick={() => {
        changeView({ ...unfiltered })
      }}
    >
      Show all images
    </Button>
  )
  if (view.duplicates) {
    return (
      <EmptyState title="No image occurs twice" action={all}>
        All images that are chosen here differ in at least one of their 784 numbers.
      </EmptyState>
    )
  }
  if (countIn(info, view.split) === 0) {
    return <EmptyState title="This half is empty">{info.title} has no images here. Choose the other half.</EmptyState>
  }
  return (
    <EmptyState title="No image of this class" action={all}>
      Choose another class, or all of them.
    </EmptyState>
  )
}
