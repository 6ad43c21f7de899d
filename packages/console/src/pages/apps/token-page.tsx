import { useQuery } from '@tanstack/react-query'
import { ExternalLink, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { Page, Stack } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { CheckField, JsonField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Cluster } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { toast } from '../../ui/toast.tsx'
import { PageApps } from './page-apps.tsx'
import { PageExceptions, PageRequests } from './page-log.tsx'
import { PageRevocations } from './page-revocations.tsx'
import { PageVerify } from './page-verify.tsx'
import { pathOfKey } from './signing-keys.tsx'
import { CompatFields, EnabledChip, StandardFields, type TokenPage } from './token-pages.tsx'

const ABOVE = { title: 'Apps & keys', path: '/apps' }
const TABS = ['apps', 'verify', 'revocations', 'requests', 'exceptions']

export default function TokenPageDetail() {
  const { name } = useParams<{ name: string }>()
  const [, navigate] = useLocation()
  const filters = useUrlFilters()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'change' | 'delete' | null>(null)
  const { data: page, error, refetch } = useQuery(read('/v1/app-pages/{name}', { params: { name } }))
  const tab = TABS.includes(filters.get('tab')) ? filters.get('tab') : 'apps'
  const remove = async () => {
    await call('DELETE', '/v1/app-pages/{name}', { params: { name } })
    await invalidate('/v1/app-pages')
    toast.done(`The page ${name} is gone.`)
    navigate(ABOVE.path)
  }
  return (
    <Page
      title={name}
      above={ABOVE}
      note={page?.title}
      actions={
        mayChange &&
        page && (
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
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !page ? (
        <Skeleton lines={8} />
      ) : (
        <Stack>
          {page.mode === 'compat' && page.verbatim && (
            <Notice tone="warn" title="JWTs of this page tell client secrets">
              It signs each request as it came. Who sees a JWT knows the secret of its app.
            </Notice>
          )}
          <PageFacts page={page} />
          <Tabs
            label="Token page"
            value={tab}
            onChange={(next) => filters.set({ tab: next })}
            panels={[
              { id: 'apps', title: 'Apps', content: <PageApps page={page} /> },
              { id: 'verify', title: 'Verify a JWT', content: <PageVerify name={name} /> },
              { id: 'revocations', title: 'Revoked', content: <PageRevocations page={page} /> },
              { id: 'requests', title: 'Requests', content: <PageRequests name={name} /> },
              { id: 'exceptions', title: 'Exceptions', content: <PageExceptions name={name} /> },
            ]}
          />
        </Stack>
      )}
      {asking === 'change' && page && <ChangeDialog page={page} onClose={() => setAsking(null)} />}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the page"
        onConfirm={remove}
      >
        <p>Its apps go with it, and none of them gets another JWT.</p>
      </ConfirmByName>
    </Page>
  )
}

function PageFacts({ page }: { page: TokenPage }) {
  const address = window.location.origin + page.token_path
  return (
    <Card title="Page" actions={<EnabledChip enabled={page.enabled} />}>
      <Facts>
        <Fact name="Apps ask at">
          <Cluster>
            <code>{page.token_path}</code>
            <CopyButton text={address} name="Copy the address" />
          </Cluster>
        </Fact>
        <Fact name="Mode">
          {page.mode === 'standard' ? 'Standard, RFC 6749' : `Compat, ${page.algorithm}`}
        </Fact>
        <Fact name="Signs with">
          {page.signing_key ? (
            <Link href={pathOfKey(page.signing_key)}>{page.signing_key}</Link>
          ) : (
            'The signing secret of each app'
          )}
        </Fact>
        {page.mode === 'standard' && (
          <>
            <Fact name="Issuer">{page.issuer}</Fact>
            <Fact name="Audience">{[page.audience].flat().join(', ')}</Fact>
            <Fact name="Life of a JWT">{page.ttl_seconds.toLocaleString('en')} seconds</Fact>
          </>
        )}
        <Fact name="Public keys">
          <a href="/.well-known/jwks.json" target="_blank" rel="noreferrer">
            JWKS <ExternalLink size={13} aria-hidden="true" />
          </a>
        </Fact>
      </Facts>
    </Card>
  )
}

/** Members that can be changed; name and mode stay. */
function changeable(page: TokenPage): Record<string, unknown> {
  const { title, enabled, signing_key } = page
  if (page.mode === 'compat') {
    return { title, enabled, signing_key, algorithm: page.algorithm, verbatim: page.verbatim }
  }
  const { audience, ttl_seconds, claims, issuer } = page
  return { title, enabled, signing_key, audience: [audience].flat(), ttl_seconds, claims, issuer }
}

function ChangeDialog({ page, onClose }: { page: TokenPage; onClose: () => void }) {
  const before = changeable(page)
  const form = useForm<Record<string, unknown>>(before)
  const save = async () => {
    // What was emptied goes back to its default; unchecked boxes have no value.
    const patch = Object.fromEntries(
      Object.keys(before)
        .filter((name) => form.value[name] !== before[name])
        .map((name) => [name, form.value[name] ?? (typeof before[name] === 'boolean' ? false : null)]),
    )
    await call('PATCH', '/v1/app-pages/{name}', { params: { name: page.name }, body: patch })
    await invalidate('/v1/app-pages', '/v1/app-pages/{name}')
    toast.done('Saved.')
  }
  return (
    <FormDialog
      title={`Change ${page.name}`}
      form={form}
      submit="Save"
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <TextField form={form} at="/title" label="Title" />
      <CheckField
        form={form}
        at="/enabled"
        label="Enabled"
        help="When it is not, the page answers as if it were not there."
      />
      {page.mode === 'standard' ? (
        <>
          <StandardFields form={form} />
          <JsonField form={form} at="/claims" label="Further claims" lines={4} />
        </>
      ) : (
        <CompatFields form={form} />
      )}
    </FormDialog>
  )
}
