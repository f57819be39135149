/** The Data page: what is in the data? */
import { Page } from '../../ui/page.tsx'

export function DataPage() {
  return (
    <Page title="Data" question="What is in the data?">
      <div />
    </Page>
  )
}
