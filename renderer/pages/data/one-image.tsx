/**
 * The plate of the chosen image: its name, the steps to its neighbors, and the ways to look at it. To add a way: a component
 * that takes the image, and an entry in `aspects`.
 */
import { ActionIcon } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { useStore } from 'zustand'
import type { DatasetInfo, ImageDetail, ImagePlace } from '../../../main/contract/types.ts'
import { Panel, SegmentedSwitch } from '../../ui/index.ts'
import { DrawingActions } from './drawing-actions.tsx'
import { ImageAmongOthers } from './image-among-others.tsx'
import { ImageNumbers } from './image-numbers.tsx'
import { changeView, view } from './view.ts'
import styles from './one-image.module.css'

export type AspectProps = {
  readonly info: DatasetInfo
  readonly image: ImageDetail
  /** "Training image 10000, a three". */
  readonly title: string
  /** Shows another image of the set. */
  readonly onShow: (place: ImagePlace) => void
}

const aspects: readonly {
  readonly id: string
  readonly title: string
  readonly Component: ComponentType<AspectProps>
}[] = [
  { id: 'numbers', title: 'Numbers', Component: ImageNumbers },
  { id: 'others', title: 'Among others', Component: ImageAmongOthers },
]

type OneImageProps = AspectProps & {
  readonly onPrevious: (() => void) | null
  readonly onNext: (() => void) | null
}

export function OneImage({ onPrevious, onNext, ...aspectProps }: OneImageProps) {
  const chosen = useStore(view, (state) => state.aspect)
  const aspect = aspects.find(({ id }) => id === chosen) ?? aspects[0]
  if (aspect === undefined) return null
  const { Component } = aspect
  return (
    <Panel
      title={aspectProps.title}
      className={styles['panel']}
      fact={
        <>
          {aspects.length < 2 ? null : (
            <SegmentedSwitch
              className={styles['aspects']}
              label="What is shown of the image"
              value={aspect.id}
              onChange={(id) => {
                changeView({ aspect: id })
              }}
              options={aspects.map(({ id, title }) => ({ value: id, label: title }))}
            />
          )}
          <span className={styles['steps']}>
            <Step label="Previous image (Left)" onClick={onPrevious} back />
            <Step label="Next image (Right)" onClick={onNext} />
          </span>
        </>
      }
    >
      {aspectProps.image.drawing === null ? null : (
        <DrawingActions drawing={aspectProps.image.drawing} label={aspectProps.image.label} />
      )}
      <Component {...aspectProps} />
    </Panel>
  )
}

type StepProps = { readonly label: string; readonly onClick: (() => void) | null; readonly back?: boolean }

function Step({ label, onClick, back = false }: StepProps) {
  return (
    <ActionIcon
      variant="subtle"
      size="1.5rem"
      title={onClick === null ? 'There is none' : label}
      aria-label={label}
      disabled={onClick === null}
      onClick={() => onClick?.()}
    >
      {back ? <IconArrowLeft /> : <IconArrowRight />}
    </ActionIcon>
  )
}
