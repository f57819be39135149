/** The Explain button of a page, and the drawer that it opens on the right while the page stays visible. */
import { Button, Drawer } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'

type ExplainProps = {
  readonly title: string
  /** A few short paragraphs. */
  readonly children: ReactNode
}

export function Explain({ title, children }: ExplainProps) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="subtle"
        leftSection={<IconHelpCircle />}
        onClick={() => {
          setOpen(true)
        }}
      >
        Explain
      </Button>
      <Drawer
        opened={open}
        onClose={() => {
          setOpen(false)
        }}
        title={title}
        overlayProps={{ backgroundOpacity: 0 }}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {children}
      </Drawer>
    </>
  )
}
