/**
 * The views of the Data page, in the order of its tabs. To add one: a component that draws a `DataFrame` with its panels
 * inside, and an entry here. The first view is the page's own address, `#/data`; the others add their id.
 */
import type { ComponentType } from 'react'
import { ColorPictureView } from './color-picture/index.tsx'
import { ImagesView } from './images-view.tsx'
import { SimulatedHandView } from './simulated-hand.tsx'
import { TensorBenchView } from './tensor-bench/index.tsx'
import type { DataViewProps } from './frame.tsx'

export type DataView = {
  /** Its part of the address: `#/data/color`. Empty for the first. */
  readonly id: string
  /** On the tab: two words at most. */
  readonly title: string
  readonly Component: ComponentType<DataViewProps>
}

export const dataViews: readonly DataView[] = [
  { id: '', title: 'Images', Component: ImagesView },
  { id: 'hand', title: 'Simulated hand', Component: SimulatedHandView },
  { id: 'color', title: 'Color picture', Component: ColorPictureView },
  { id: 'tensor', title: 'Tensor bench', Component: TensorBenchView },
]

export function addressOf({ id }: DataView): string {
  return id === '' ? '/data' : `/data/${id}`
}
