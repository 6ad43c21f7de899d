import { Copy, FileSearch } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './detail.module.css'

type Claims = { header: unknown; claims: Record<string, unknown> } | 'opaque'

/**
 * The token itself never stands in the page. It can be copied, and what it says of itself can be read: decoded
 * here, in the browser. Bursar notes either in its audit trail as any other hand-out.
 */
export function TokenCard({ name }: { name: string }) {
  const [claims, setClaims] = useState<Claims | null>(null)
  const [busy, setBusy] = useState<'copy' | 'read' | null>(null)
  const withToken = (doing: 'copy' | 'read', use: (token: string) => Promise<void> | void) => async () => {
    setBusy(doing)
    try {
      const { access_token } = await call('GET', '/v1/credentials/{name}/token', { params: { name } })
      await use(access_token)
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(null)
    }
  }
  return (
    <div className={styles.token}>
      <div className={styles.tokenWays}>
        <Button
          small
          icon={<Copy size={15} aria-hidden="true" />}
          busy={busy === 'copy'}
          onClick={withToken('copy', async (token) => {
            await navigator.clipboard.writeText(token)
            toast.done('The token is in the clipboard.')
          })}
        >
          Copy the token
        </Button>
        <Button
          small
          icon={<FileSearch size={15} aria-hidden="true" />}
          busy={busy === 'read'}
          onClick={withToken('read', (token) => setClaims(decode(token)))}
        >
          Read its claims
        </Button>
      </div>
      {claims === 'opaque' && (
        <p className={styles.quiet}>It is opaque: only its provider knows what it says.</p>
      )}
      {claims !== null && claims !== 'opaque' && (
        <CodeBlock
          label="Claims of the token"
          text={JSON.stringify({ ...claims, times: timesOf(claims.claims) }, null, 2)}
        />
      )}
    </div>
  )
}

/** Header and claims of a JWT, RFC 7519; its signature is neither checked nor shown. */
function decode(token: string): Claims {
  const [header, claims, signature] = token.split('.')
  if (header === undefined || claims === undefined || signature === undefined) return 'opaque'
  try {
    return { header: decodePart(header), claims: decodePart(claims) as Record<string, unknown> }
  } catch {
    return 'opaque'
  }
}

function decodePart(part: string): unknown {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))))
}

/** Claims that are instants, in words. */
function timesOf(claims: Record<string, unknown>): Record<string, string> {
  const instants = ['iat', 'nbf', 'exp', 'auth_time'].filter((name) => typeof claims[name] === 'number')
  return Object.fromEntries(
    instants.map((name) => [name, new Date(Number(claims[name]) * 1000).toISOString()]),
  )
}
