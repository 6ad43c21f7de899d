import { relativeText, useNow } from '../../ui/time.tsx'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'

/** The life of a token from its issue to its end, with the moment it is due for replacement. */
export function LifetimeBar({ token }: { token: NonNullable<Credential['token']> }) {
  const now = useNow()
  const [issued, ends, due] = [token.issued_at, token.expires_at, token.refresh_due_at].map((at) =>
    at === null ? null : Date.parse(at),
  )
  if (!issued || !ends) return <p className={styles.quiet}>This token has no known end.</p>
  const share = (at: number) => `${Math.min(100, Math.max(0, ((at - issued) / (ends - issued)) * 100))}%`
  const hasEnded = ends <= now
  const words = hasEnded
    ? `Ended ${relativeText(ends, now)}`
    : `Ends ${relativeText(ends, now)}${due ? `, is replaced ${due <= now ? 'as soon as it can be' : relativeText(due, now)}` : ''}`
  return (
    <figure className={styles.life}>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> can not show the moment of the refresh */}
      <div
        className={styles.bar}
        role="meter"
        aria-label="Life of the token"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(Math.min(100, Math.max(0, ((now - issued) / (ends - issued)) * 100)))}
        aria-valuetext={words}
      >
        <span className={styles.spent} data-ended={hasEnded || undefined} style={{ width: share(now) }} />
        {due !== null && due !== undefined && <span className={styles.due} style={{ left: share(due) }} />}
      </div>
      <figcaption className={styles.lifeWords}>{words}</figcaption>
    </figure>
  )
}
