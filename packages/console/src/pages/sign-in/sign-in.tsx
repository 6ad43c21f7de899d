import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { signIn } from '../../api/session.ts'
import { Mark } from '../../app/mark.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import styles from './sign-in.module.css'
import { SignInForm } from './sign-in-form.tsx'

/** The door of the console. A one-time link comes with its secret in the fragment, which no server log sees. */
export function SignIn() {
  const [path, navigate] = useLocation()
  const link = useLinkOfAddress()
  const goOn = () => {
    if (path === '/sign-in') navigate('/', { replace: true })
  }
  useEffect(() => {
    document.title = 'Sign in · Bursar'
  }, [])
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <header className={styles.head}>
          <Mark size={44} />
          <h1>Bursar</h1>
          <p>Keeps credentials, renews their tokens, and lets them go only where they may.</p>
        </header>
        {link.state === 'trying' && (
          <p role="status" className={styles.trying}>
            Signing in with the link…
          </p>
        )}
        {link.state === 'failed' && <ErrorNotice error={link.error} />}
        {link.ssoFailure && (
          <Notice tone="bad" alert title="The identity provider did not let you in.">
            {link.ssoFailure}
          </Notice>
        )}
        {link.state !== 'trying' && <SignInForm onDone={goOn} />}
        <p className={styles.help}>
          No key at hand? <code>bursar console link</code> on the server prints a link that works once.
        </p>
      </div>
    </main>
  )
}

/** Takes the secret out of the address before anything else is done with it. */
function useLinkOfAddress() {
  const [path, navigate] = useLocation()
  const [{ state, error }, setState] = useState<{ state: 'none' | 'trying' | 'failed'; error?: unknown }>({
    state: 'none',
  })
  const [ssoFailure, setSsoFailure] = useState<string | null>(null)
  const begun = useRef(false)
  useEffect(() => {
    const said = new URLSearchParams(window.location.hash.slice(1))
    const secret = said.get('link')
    if (said.has('error')) {
      window.history.replaceState(null, '', window.location.pathname)
      setSsoFailure(said.get('detail') ?? said.get('error'))
    }
    if (secret === null || begun.current) return
    begun.current = true
    window.history.replaceState(null, '', window.location.pathname)
    setState({ state: 'trying' })
    signIn({ link: secret }).then(
      () => path === '/sign-in' && navigate('/', { replace: true }),
      (failure) => setState({ state: 'failed', error: failure }),
    )
  }, [path, navigate])
  return { state, error, ssoFailure }
}
