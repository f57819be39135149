/** What the views of the Data page have in common: the page's head with question, answer, tabs, set menu, and its banner. */
import { ActionIcon, Button } from '@mantine/core'
import { IconInfoCircle, IconRefresh, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { DatasetMenu, ErrorBanner, Explain, Page } from '../../ui/index.ts'
import { AboutSet } from './about-set.tsx'
import { DownloadAgain } from './download.tsx'
import { showSet } from './sets.ts'
import type { Sets } from './sets.ts'

export type DataViewProps = {
  readonly sets: Sets
  /** The page's tabs, for `DataFrame`. */
  readonly tabs: ReactNode
}

type DataFrameProps = DataViewProps & {
  readonly question: string
  /** One sentence; a live region. */
  readonly answer: ReactNode
  /** What Explain says: its title and a few short paragraphs. */
  readonly explain: { readonly title: string; readonly text: ReactNode }
  /** Whether the view shows something of the chosen set, so that the set can be changed here. */
  readonly ofSet: boolean
  /** Whether sets can be added here, and be told about; in one view is enough. */
  readonly manages?: boolean
  /** More buttons, before Explain. */
  readonly actions?: ReactNode
  /** Class of the body's grid. */
  readonly className?: string | undefined
  readonly children: ReactNode
}

export function DataFrame(props: DataFrameProps) {
  const { sets, tabs, question, answer, explain, ofSet, manages = false, actions, className, children } = props
  const [, navigate] = useLocation()
  const { shown, problem } = sets
  const [about, setAbout] = useState(false)
  return (
    <Page
      title="Data"
      question={question}
      answer={answer}
      tabs={tabs}
      className={className}
      actions={
        <>
          {ofSet && shown !== null ? <DatasetMenu sets={sets.all} shown={shown} onChoose={showSet} /> : null}
          {manages && shown !== null ? (
            <>
              <ActionIcon
                aria-label={`About ${shown.title}`}
                title={`About ${shown.title}: classes, equal images, export`}
                onClick={() => {
                  setAbout(true)
                }}
              >
                <IconInfoCircle />
              </ActionIcon>
              <AboutSet
                info={shown}
                open={about}
                onClose={() => {
                  setAbout(false)
                }}
              />
            </>
          ) : null}
          {manages ? (
            <Button
              leftSection={<IconUpload />}
              onClick={() => {
                navigate('/data/add')
              }}
            >
              Add data…
            </Button>
          ) : null}
          {actions}
          <Explain title={explain.title}>{explain.text}</Explain>
        </>
      }
      banner={
        !ofSet || problem === null ? undefined : (
          <ErrorBanner
            error={problem}
            actions={
              <>
                {shown?.name === 'synthetic' ? null : <DownloadAgain dataset={shown?.name ?? null} />}
                <Button leftSection={<IconRefresh />} onClick={sets.lookAgain}>
                  Look again
                </Button>
                {shown?.name === 'synthetic' ? null : (
                  <Button
                    variant="subtle"
                    onClick={() => {
                      showSet('synthetic')
                    }}
                  >
                    Use the built-in digits
                  </Button>
                )}
              </>
            }
          />
        )
      }
    >
      {children}
    </Page>
  )
}
