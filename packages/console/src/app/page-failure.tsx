import { Component, type ReactNode } from 'react'
import { ErrorNotice } from '../ui/notice.tsx'

/** A page that fails takes nothing else with it. */
export class PageFailure extends Component<{ children: ReactNode; place: string }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: { place: string }) {
    if (before.place !== this.props.place && this.state.error !== null) this.setState({ error: null })
  }

  override render() {
    if (this.state.error === null) return this.props.children
    // A page that was not yet loaded when the console was replaced by a newer one is loaded from that.
    return <ErrorNotice error={this.state.error} onRetry={() => window.location.reload()} />
  }
}
