/** The Data page: what is in the data? The sets on this computer, their images, and one image as numbers. */
import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconUpload } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useStore } from 'zustand'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { useCommand } from '../../connection.ts'
import { count, thousands } from '../../ui/format.ts'
import { EmptyState, ErrorBanner, Explain, Loading, Page, Panel } from '../../ui/index.ts'
import { AddData } from './add-data.tsx'
import { Browser } from './browser.tsx'
import { changeView, view } from './view.ts'
import styles from './data.module.css'

const none: readonly DatasetInfo[] = []

/** The chosen set, else MNIST where it is whole, else the built-in one. */
function shownSet(datasets: readonly DatasetInfo[], chosen: string | null): DatasetInfo | null {
  const named = (name: string): DatasetInfo | undefined => datasets.find((set) => set.name === name)
  const mnist = named('mnist')
  if (chosen !== null) {
    const own = named(chosen)
    if (own !== undefined) return own
  }
  return mnist?.state === 'ready' ? mnist : (named('synthetic') ?? datasets[0] ?? null)
}

function imagesOf(info: DatasetInfo): number {
  return (info.splits.train?.count ?? 0) + (info.splits.test?.count ?? 0)
}

export function DataPage() {
  const [path, navigate] = useLocation()
  const adding = path === '/data/add'
  const chosen = useStore(view, (state) => state.dataset)
  const list = useCommand('dataset.list', {}, { refetchOn: ['dataset.changed'], keep: true })
  const app = useCommand('app.read', {})
  const datasets = list.data ?? none
  const info = shownSet(datasets, chosen)
  const readable = info !== null && (info.splits.train !== null || info.splits.test !== null)

  // The counts of a set that is made on first use are known only when it is made.
  const generated = info?.state === 'generated' ? info.name : null
  const opened = useCommand('dataset.open', generated === null ? null : { dataset: generated })
  const { reload } = list
  useEffect(() => {
    if (opened.data !== null) reload()
  }, [opened.data, reload])

  const show = (dataset: string): void => {
    changeView({ dataset, label: null })
    navigate('/data')
  }
  const problem = list.error ?? info?.problem ?? opened.error

  return (
    <Page
      title="Data"
      question="What is in the data?"
      answer={info === null ? 'Looking for data sets.' : describe(info)}
      className={styles['layout']}
      actions={
        <>
          {info === null ? null : <SetMenu datasets={datasets} shown={info} onShow={show} />}
          <Button
            leftSection={<IconUpload />}
            onClick={() => {
              navigate('/data/add')
            }}
          >
            Add data…
          </Button>
          <ExplainData />
        </>
      }
      banner={
        problem === null || problem === undefined ? undefined : (
          <ErrorBanner
            error={problem}
            onRetry={list.reload}
            retry="Look again"
            actions={
              info?.name === 'synthetic' ? undefined : (
                <Button
                  variant="subtle"
                  onClick={() => {
                    show('synthetic')
                  }}
                >
                  Use the built-in digits
                </Button>
              )
            }
          />
        )
      }
    >
      {info === null ? (
        <Panel label="Images" className={styles['whole']}>
          {list.error === null ? <Loading words="Looking for data sets" shapes={16} /> : null}
        </Panel>
      ) : readable ? (
        <Browser key={info.name} info={info} />
      ) : (
        <Panel label="Images" className={styles['whole']}>
          <EmptyState
            ghosts={10}
            title="No images to show yet"
            action={
              <Button
                onClick={() => {
                  show('synthetic')
                }}
              >
                Show the built-in digits
              </Button>
            }
          >
            {info.title} is shown as soon as its files are whole. Until then, the built-in digits work on every page.
          </EmptyState>
        </Panel>
      )}
      <AddData
        open={adding}
        onClose={() => {
          navigate('/data')
        }}
        app={app.data}
        datasets={datasets}
        onShow={show}
        onLookAgain={list.reload}
      />
    </Page>
  )
}

function describe(info: DatasetInfo): ReactNode {
  if (info.state === 'damaged') {
    const rest = imagesOf(info)
    return rest === 0
      ? `${info.title} cannot be read: a file is damaged or missing.`
      : `${info.title} is not complete: ${thousands(rest)} of its images can be shown.`
  }
  const digits = info.classes.every((name, index) => name === String(index))
  return (
    <>
      {count(imagesOf(info), digits ? 'handwritten digit' : 'picture')}. Each one is <b>784 numbers</b> from 0 to 255.
    </>
  )
}

type SetMenuProps = {
  readonly datasets: readonly DatasetInfo[]
  readonly shown: DatasetInfo
  readonly onShow: (dataset: string) => void
}

function SetMenu({ datasets, shown, onShow }: SetMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown />} aria-label={`Data set: ${shown.title}`}>
          {shown.title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {datasets.map((set) => (
          <Menu.Item
            key={set.name}
            onClick={() => {
              onShow(set.name)
            }}
            rightSection={
              <span className="caption">{set.state === 'damaged' ? 'damaged' : thousands(imagesOf(set))}</span>
            }
          >
            {set.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ExplainData() {
  return (
    <Explain title="An image is a table of numbers">
      <p>
        Each picture has 28 rows and 28 columns. Each of its 784 numbers says how much ink lies on that pixel: 0 is none
        and is shown white, 255 is full ink and is shown black, as in the book.
      </p>
      <p>
        <b>Train and test.</b> A model learns from the training images alone. The test images are kept apart, to find
        out what it does with digits that it has never seen. The book calls them the validation set.
      </p>
      <p>
        <b>Inkling Synthetic</b> is built in. A simulated hand writes its digits, so that everything works without a
        file and without a network. <b>MNIST</b> is the book&apos;s data set; <b>MNIST sample</b> is its threes and
        sevens.
      </p>
    </Explain>
  )
}
