import { Component, type ReactNode } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { Button } from './button.tsx'

type PageGuardState = Readonly<{ error: Error | null }>

/** A fault in drawing a page leaves a sentence and a way on, not a blank window. */
export class PageGuard extends Component<Readonly<{ children: ReactNode }>, PageGuardState> {
  override readonly state: PageGuardState = { error: null }

  static getDerivedStateFromError(error: Error): PageGuardState {
    return { error }
  }

  override render() {
    const { error } = this.state
    return error === null ? this.props.children : <BrokenPage error={error} />
  }
}

function BrokenPage({ error }: Readonly<{ error: Error }>) {
  const { pages } = useTexts()
  return (
    <div className="notice notice-bad" role="alert">
      <div>
        <p className="notice-title">{pages.common.brokenPage}</p>
        <p className="hint">{error.message}</p>
        <Button onPress={() => location.reload()}>{pages.common.reload}</Button>
      </div>
    </div>
  )
}
