/** Keeps a fault of one page on that page: the rail goes on working, and the fault is told with a way on. */
import { Button } from '@mantine/core'
import { Component } from 'react'
import type { ReactNode } from 'react'
import { toErrorPayload } from '../../data/error.ts'
import { ErrorBanner } from '../ui/error-banner.tsx'
import { Page } from '../ui/page.tsx'

type Props = { readonly children: ReactNode; readonly title: string }
type State = { readonly thrown: { readonly value: unknown } | null }

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { thrown: null }

  static getDerivedStateFromError(value: unknown): State {
    return { thrown: { value } }
  }

  override render(): ReactNode {
    const { thrown } = this.state
    if (thrown === null) return this.props.children
    return (
      <Page
        title={this.props.title}
        question="What happened here?"
        answer="This page met an error. The other pages go on working."
      >
        <div>
          <ErrorBanner
            error={toErrorPayload(thrown.value)}
            onRetry={() => {
              this.setState({ thrown: null })
            }}
            actions={
              <Button
                variant="subtle"
                onClick={() => {
                  location.reload()
                }}
              >
                Reload everything
              </Button>
            }
          />
        </div>
      </Page>
    )
  }
}
