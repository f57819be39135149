/** The Draw page: who recognizes this digit? */
import { Page } from '../../ui/page.tsx'

export function DrawPage() {
  return (
    <Page title="Draw" question="Who recognizes this digit?">
      <div />
    </Page>
  )
}
