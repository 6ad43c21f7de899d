import { useQuery } from '@tanstack/react-query'
import { KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { removeResource } from '../remove-resource.ts'
import { ContextForm, GRANTS } from './security-context-form.tsx'
import { MARKETING_CLOUD, type SecurityContext } from './wire.ts'

const ABOVE = { title: 'Security contexts', path: '/marketing-cloud?tab=contexts' }

export default function SecurityContextPage() {
  const { key } = usePathParams('/marketing-cloud/contexts/:key')
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'change' | 'delete' | null>(null)
  const path = `/security-contexts/${encodeURIComponent(key)}`
  const { data: context, error, refetch } = useQuery(readDoor<SecurityContext>(MARKETING_CLOUD, path))
  const close = () => setAsking(null)
  const remove = () => removeResource(MARKETING_CLOUD, path, key, () => navigate(ABOVE.path))
  return (
    <Page
      title={context?.name ?? key}
      above={ABOVE}
      note={<code>{key}</code>}
      actions={
        context && (
          <>
            {mayChange && (
              <>
                <Button
                  tone="danger"
                  icon={<Trash2 size={16} aria-hidden="true" />}
                  onClick={() => setAsking('delete')}
                >
                  Delete
                </Button>
                <Button onClick={() => setAsking('change')}>Change</Button>
              </>
            )}
            <ButtonLink
              tone="primary"
              href={`/credentials/${encodeURIComponent(context.credential)}`}
              icon={<KeyRound size={16} aria-hidden="true" />}
            >
              Open the credential
            </ButtonLink>
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !context ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          {context.reason && (
            <Notice tone="bad" title={context.reason.detail}>
              Since <Time at={context.reason.since} />. Its credential shows each exchange.
            </Notice>
          )}
          <ContextFacts context={context} />
        </Stack>
      )}
      {asking === 'change' && context && (
        <ContextForm context={context} onClose={close} onDone={() => toast.done('Saved.')} />
      )}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${key}?`}
        name={key}
        verb="Delete the context"
        onConfirm={remove}
      >
        <p>Activities that name it are not called any more. Its token is revoked where that can be done.</p>
      </ConfirmByName>
    </Page>
  )
}

function ContextFacts({ context }: { context: SecurityContext }) {
  const { status, grantType, tokenEndpoint, tokenExpiresAt, secretUpdatedAt, validServiceUrls } = context
  const { title, members } = GRANTS[grantType]
  return (
    <Card title="Security context" actions={<StatusChip status={status} />}>
      <Facts>
        <Fact name="Grant">{title}</Fact>
        <Fact name="Token endpoint">
          <code>{tokenEndpoint}</code>
        </Fact>
        {members
          .filter(({ name, kind }) => kind !== 'key' && kind !== 'secret' && context[name] !== undefined)
          .map(({ name, label }) => (
            <Fact key={name} name={label}>
              {String(context[name])}
            </Fact>
          ))}
        {context.scope && <Fact name="Scope">{context.scope}</Fact>}
        <Fact name="Token ends">
          <Time at={tokenExpiresAt} none="no token yet" />
        </Fact>
        <Fact name="Secret set">
          <Time at={secretUpdatedAt} />
        </Fact>
        <Fact name="Valid service URLs">
          <ul>
            {validServiceUrls.map((url) => (
              <li key={url}>
                <code>{url}</code>
              </li>
            ))}
          </ul>
        </Fact>
      </Facts>
    </Card>
  )
}
