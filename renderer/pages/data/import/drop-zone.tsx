/** Takes files that are dropped anywhere on the Data page; while they hang over it, it says what they may be. */
import { IconFileImport } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { pick } from './import-store.ts'
import { fromDrop, holdsFiles } from './picked-files.ts'
import styles from './import.module.css'

/** Milliseconds without a dragover after which the files are elsewhere; browsers send one every 350 ms at least. */
const GONE_AFTER = 600

export function DropZone() {
  const [over, setOver] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const onDragOver = (event: DragEvent): void => {
      if (!holdsFiles(event.dataTransfer)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
      setOver(true)
      clearTimeout(timer)
      timer = setTimeout(() => {
        setOver(false)
      }, GONE_AFTER)
    }
    const onDrop = (event: DragEvent): void => {
      if (event.dataTransfer === null || !holdsFiles(event.dataTransfer) || event.defaultPrevented) return
      event.preventDefault()
      clearTimeout(timer)
      setOver(false)
      void pick(fromDrop(event.dataTransfer))
    }
    document.addEventListener('dragover', onDragOver)
    document.addEventListener('drop', onDrop)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('dragover', onDragOver)
      document.removeEventListener('drop', onDrop)
    }
  }, [])
  if (!over) return null
  return (
    <div className={styles['over']} role="status">
      <div>
        <IconFileImport size="2rem" stroke={1.5} aria-hidden />
        <b>Drop to import</b>
        <span>A folder of pictures, a zip or tar archive, CSV, Parquet, IDX, .npz, or drawings as JSON lines</span>
      </div>
    </div>
  )
}
