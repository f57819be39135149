/** The Data page: its views by their address, the sets that they share, and the drawer in which data is added. */
import { useLocation } from 'wouter'
import { useCommand } from '../../connection.ts'
import { PageTabs } from '../../ui/index.ts'
import { AddData } from './add-data.tsx'
import { DropZone } from './import/drop-zone.tsx'
import { ImportDialog } from './import/import-dialog.tsx'
import { showSet, useSets } from './sets.ts'
import { addressOf, dataViews } from './views.ts'

export function DataPage() {
  const [path, navigate] = useLocation()
  const sets = useSets()
  const app = useCommand('app.read', {})
  const view = dataViews.find((candidate) => addressOf(candidate) === path) ?? dataViews[0]
  if (view === undefined) return null
  const { Component } = view
  const show = (dataset: string): void => {
    showSet(dataset)
    navigate('/data')
  }
  const tabs =
    dataViews.length < 2 ? undefined : (
      <PageTabs
        label="Views of the data"
        tabs={dataViews.map((each) => ({ href: addressOf(each), title: each.title }))}
        current={addressOf(view)}
      />
    )
  return (
    <>
      <Component sets={sets} tabs={tabs} />
      <AddData
        open={path === '/data/add'}
        onClose={() => {
          navigate('/data')
        }}
        app={app.data}
        datasets={sets.all}
        onShow={show}
        onLookAgain={sets.lookAgain}
      />
      <ImportDialog datasets={sets.all} onShow={show} />
      <DropZone />
    </>
  )
}
