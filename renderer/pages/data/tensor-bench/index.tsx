/** A view of the Data page: the tensor bench. Type an expression as in the chapter, and see its value, shape, rank and broadcasting. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { useConnection } from '../../../connection.ts'
import { Panel } from '../../../ui/index.ts'
import { DataFrame } from '../frame.tsx'
import type { DataViewProps } from '../frame.tsx'
import { Editor } from './editor.tsx'
import { EntryCard } from './entry.tsx'
import { FirstExamples } from './first-examples.tsx'
import { Names } from './names.tsx'
import { bench, readNames, suggestDraft } from './store.ts'
import type { Entry } from './store.ts'
import styles from './tensor-bench.module.css'

export function TensorBenchView(props: DataViewProps) {
  const { entries, names } = useStore(bench)
  const generation = useConnection((state) => state.generation)
  const { shown } = props.sets
  const dataset = shown?.name ?? null
  const hasPair = shown === null || (shown.classes[3] === '3' && shown.classes[7] === '7')
  useEffect(() => {
    suggestDraft(hasPair)
  }, [hasPair])
  // A new engine knows the data's names alone.
  useEffect(() => {
    if (generation === 0) return
    readNames(dataset).catch((error: unknown) => {
      console.info('The names of the bench could not be read:', error)
    })
  }, [generation, dataset])
  return (
    <DataFrame
      {...props}
      question="What does this expression give?"
      answer={answerOf(entries[0])}
      explain={{ title: 'Tensors, shapes and broadcasting', text: explanation }}
      ofSet
      className={styles['layout']}
    >
      <div className={styles['left']}>
        <Editor dataset={dataset} hasPair={hasPair} />
        <Names names={names} set={shown?.title ?? null} hasPair={hasPair} />
      </div>
      <Panel label="Results" className={styles['results']}>
        {entries.length === 0 ? (
          <FirstExamples dataset={dataset} hasPair={hasPair} />
        ) : (
          <ol className={styles['entries']} aria-label="Results, newest first">
            {entries.map((entry) => (
              <EntryCard key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </Panel>
    </DataFrame>
  )
}

/** The newest result in one sentence. */
function answerOf(entry: Entry | undefined): ReactNode {
  if (entry === undefined) return 'Type it as in chapter 4 of the book. Nothing here can break anything.'
  if (entry.failure !== null) return 'It could not be computed.'
  if (entry.evaluation === null) return 'Computing.'
  if (entry.evaluation.problem !== null) {
    const { line } = entry.evaluation.problem.details
    return typeof line === 'number' ? `There is a mistake in line ${line}.` : 'It was stopped.'
  }
  const last = entry.evaluation.outputs.findLast(({ kind }) => kind === 'value')
  if (last?.kind !== 'value') return 'Done. It has no value of its own to show.'
  const { tensor } = last.value
  if (tensor === null)
    return <>The result is {last.value.text.length > 60 ? `a ${last.value.type}` : <b>{last.value.text}</b>}.</>
  if (tensor.rank === 0)
    return (
      <>
        One number of type {tensor.dtype}: a tensor of <b>rank 0</b>.
      </>
    )
  return (
    <>
      The shape is <b>[{tensor.shape.join(', ')}]</b>: rank {tensor.rank}, {tensor.count.toLocaleString('en-US')}{' '}
      numbers of type {tensor.dtype}.
    </>
  )
}

const explanation = (
  <>
    <p>
      A <b>tensor</b> is a table of numbers. Its <b>shape</b> says how long it is along each axis; its <b>rank</b> is
      how many axes it has. A picture has the shape [28, 28] and rank 2, a stack of pictures rank 3.
    </p>
    <p>
      <b>Broadcasting.</b> When two shapes differ, they are laid above each other from the right. Where one of them has
      1 or nothing, it is stretched to the other&apos;s size, without copying. That is how one average is taken from a
      thousand images at once.
    </p>
    <p>
      <b>What is known.</b> Much of what the chapter types: names, lists, slices, loops, functions, and tensors with the
      types, shapes and gradients of PyTorch. <code>threes</code>, <code>mean3</code>, <code>train_x</code> and others
      stand for the images of the chosen data set.
    </p>
  </>
)
