import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { useSessionOver } from '../api/connection.ts'
import { queryClient } from '../api/query.ts'
import { sessionQuery } from '../api/session.ts'
import { NotFound } from '../pages/not-found/not-found.tsx'
import { SignIn } from '../pages/sign-in/sign-in.tsx'
import { SignInAgain } from '../pages/sign-in/sign-in-again.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Toasts } from '../ui/toast.tsx'
import { PageFailure } from './page-failure.tsx'
import { PAGES } from './routes.tsx'
import { Shell } from './shell.tsx'

const Palette = lazy(() => import('./palette.tsx').then(({ Palette }) => ({ default: Palette })))

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <Router base="/console">
          <Tooltip.Provider delay={350}>
            <Gate />
          </Tooltip.Provider>
          <Toasts />
        </Router>
      </QueryClientProvider>
    </CSPProvider>
  )
}

/** The sign-in page until somebody is signed in; afterwards the console, whose forms outlive the session. */
function Gate() {
  const { data: session, error, refetch } = useQuery(sessionQuery)
  const isOver = useSessionOver()
  if (session === undefined) {
    return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null
  }
  if (session === null) return <SignIn />
  return (
    <>
      <Console />
      {isOver && <SignInAgain />}
    </>
  )
}

function Console() {
  const [isSearching, setSearching] = useState(false)
  const [path] = useLocation()
  useFocusOnPage(path)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return
      event.preventDefault()
      setSearching((before) => !before)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <Shell onSearch={() => setSearching(true)}>
      <PageFailure place={path}>
        <Suspense fallback={<Skeleton lines={6} />}>
          <Switch>
            {PAGES.map(({ path: at, page: PageOf }) => (
              <Route key={at} path={at} component={PageOf} />
            ))}
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </PageFailure>
      <Suspense>{isSearching && <Palette open onClose={() => setSearching(false)} />}</Suspense>
    </Shell>
  )
}

/** A new page begins at its top, for eyes and for screen readers. */
function useFocusOnPage(path: string) {
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs with each page
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    window.scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [path])
}
