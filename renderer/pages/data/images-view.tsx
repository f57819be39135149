/** The first view of the Data page: what is in the data? All images of the chosen set, and one of them as numbers. */
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { count, thousands } from '../../ui/format.ts'
import { classes, EmptyState, Loading, Panel } from '../../ui/index.ts'
import { Browser, NoImageYet } from './browser.tsx'
import { DataFrame } from './frame.tsx'
import type { DataViewProps } from './frame.tsx'
import { hasDigits, showSet } from './sets.ts'
import { imagesOf } from '../../ui/dataset-words.ts'
import styles from './data.module.css'

export function ImagesView({ sets, tabs }: DataViewProps) {
  const { shown } = sets
  const readable = shown !== null && (shown.splits.train !== null || shown.splits.test !== null)
  return (
    <DataFrame
      sets={sets}
      tabs={tabs}
      question="What is in the data?"
      answer={shown === null ? 'Looking for data sets.' : describe(shown)}
      explain={{ title: 'An image is a table of numbers', text: explanation }}
      ofSet
      manages
      className={styles['layout']}
    >
      {shown === null ? (
        <>
          <Panel label="Images" className={styles['images']}>
            {sets.problem === null ? (
              <Loading
                words="Looking for data sets"
                shapes={200}
                className={classes(styles['ghosts'], styles['unknown'])}
              />
            ) : null}
          </Panel>
          <NoImageYet />
        </>
      ) : readable ? (
        <Browser key={shown.name} info={shown} />
      ) : (
        <Panel label="Images" className={styles['whole']}>
          <EmptyState
            ghosts={10}
            title="No images to show yet"
            action={
              <Button
                onClick={() => {
                  showSet('synthetic')
                }}
              >
                Show the built-in digits
              </Button>
            }
          >
            {shown.title} is shown as soon as its files are whole. Until then, the built-in digits work on every page.
          </EmptyState>
        </Panel>
      )}
    </DataFrame>
  )
}

function describe(info: DatasetInfo): ReactNode {
  if (info.state === 'damaged') {
    const rest = imagesOf(info)
    return rest === 0
      ? `${info.title} cannot be read: a file is damaged or missing.`
      : `${info.title} is not complete: ${thousands(rest)} of its images can be shown.`
  }
  return (
    <>
      {count(imagesOf(info), hasDigits(info) ? 'handwritten digit' : 'picture')}, each <b>784 numbers</b> from 0 to 255.
    </>
  )
}

const explanation = (
  <>
    <p>
      Each picture has 28 rows and 28 columns. Each of its 784 numbers says how much ink lies on that pixel: 0 is none
      and is shown white, 255 is full ink and is shown black, as in the book.
    </p>
    <p>
      <b>Train and test.</b> A model learns from the training images alone. The test images are kept apart, to find out
      what it does with digits that it has never seen. The book calls them the validation set.
    </p>
    <p>
      <b>Orders.</b> The menu above the grid sorts by ink, by the distance to the average of the class, and by likeness
      to another class. What comes first there is often odd: a pen that was too thick, a digit that few people write so,
      a label that is wrong.
    </p>
    <p>
      <b>Images that occur twice</b> matter where they stand in both halves: a model is then tested on what it has
      learned by heart. MNIST has none.
    </p>
    <p>
      <b>My handwriting</b> are the drawings that you keep on the Draw page. Here they can be given another digit, or
      removed; a drawing stays in the half that it came into.
    </p>
    <p>
      <b>Inkling Synthetic</b> is built in. A simulated hand writes its digits, so that everything works without a file
      and without a network. <b>MNIST</b> is the book&apos;s data set; <b>MNIST sample</b> is its threes and sevens.
    </p>
  </>
)
