/** The icon of a button whose command may take a while: it turns until the engine has answered. */
import { Loader } from '@mantine/core'
import type { ReactNode } from 'react'

export function Sign({ busy, icon }: { readonly busy: boolean; readonly icon: ReactNode }) {
  return busy ? <Loader size="1.125rem" color="currentColor" aria-hidden /> : icon
}
