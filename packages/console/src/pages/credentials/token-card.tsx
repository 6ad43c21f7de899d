import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { Copy, FileSearch } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './detail.module.css'

type Claims = AnswerOf<'getTokenClaims'>

/**
 * The token itself never stands in the page. It can be copied, which Bursar counts as any other hand-out, and what
 * it says of itself can be read: Bursar decodes it and keeps the token to itself.
 */
export function TokenCard({ name }: { name: string }) {
  const [claims, setClaims] = useState<Claims | null>(null)
  const [busy, setBusy] = useState<'copy' | 'read' | null>(null)
  const run = (doing: 'copy' | 'read', work: () => Promise<void>) => async () => {
    setBusy(doing)
    try {
      await work()
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(null)
    }
  }
  const params = { name }
  const copy = run('copy', async () => {
    const { access_token } = await call('GET', '/v1/credentials/{name}/token', { params })
    await navigator.clipboard.writeText(access_token)
    toast.done('The token is in the clipboard.')
  })
  const look = run('read', async () =>
    setClaims(await call('GET', '/v1/credentials/{name}/claims', { params })),
  )
  return (
    <div className={styles.token}>
      <div className={styles.tokenWays}>
        <Button small icon={<Copy size={15} aria-hidden="true" />} busy={busy === 'copy'} onClick={copy}>
          Copy the token
        </Button>
        <Button
          small
          icon={<FileSearch size={15} aria-hidden="true" />}
          busy={busy === 'read'}
          onClick={look}
        >
          Read its claims
        </Button>
      </div>
      {claims?.format === 'opaque' && (
        <p className={styles.quiet}>
          It is opaque, {claims.length} characters long: only its provider knows what it says.
        </p>
      )}
      {claims?.format === 'jwt' && <CodeBlock label="Claims of the token" text={textOf(claims)} />}
    </div>
  )
}

const textOf = ({ header, claims }: Claims): string =>
  JSON.stringify({ header, claims, times: timesOf(claims ?? {}) }, null, 2)

/** Claims that are instants, in words. */
function timesOf(claims: Record<string, unknown>): Record<string, string> {
  const instants = ['iat', 'nbf', 'exp', 'auth_time'].filter((name) => typeof claims[name] === 'number')
  return Object.fromEntries(
    instants.map((name) => [name, new Date(Number(claims[name]) * 1000).toISOString()]),
  )
}
