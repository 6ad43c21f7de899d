import { useQuery } from '@tanstack/react-query'
import { Copy, Ellipsis, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { call } from '../../api/call.ts'
import { ApiProblem } from '../../api/problem.ts'
import { invalidate, read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { ButtonLink, IconButton } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Provider } from './provider.ts'
import { UsedBy } from './used-by.tsx'
import { Versions } from './versions.tsx'

/** One provider: its recipe, what changed from version to version, and who uses it. */
export default function ProviderDetail() {
  const { name = '' } = useParams()
  const { data, error, refetch } = useQuery(read('/v1/providers/{name}', { params: { name } }))
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <Page title="No such provider" above={{ title: 'Providers', path: '/providers' }} width="narrow">
        <Notice title={error.message}>It may have been deleted, or have another name.</Notice>
      </Page>
    )
  }
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  return data === undefined ? <Skeleton lines={8} /> : <Detail provider={data} />
}

function Detail({ provider }: { provider: Provider }) {
  const { name, title, description, version, recipe, secrets, created_at } = provider
  const filters = useUrlFilters()
  const [, navigate] = useLocation()
  const mayWrite = useMay('credentials:write')
  const [isDeleting, setDeleting] = useState(false)
  const path = `/providers/${encodeURIComponent(name)}`
  return (
    <Page
      title={title ?? name}
      above={{ title: 'Providers', path: '/providers' }}
      note={description}
      actions={
        mayWrite && (
          <>
            <ButtonLink tone="primary" href={`${path}/edit`}>
              Edit
            </ButtonLink>
            <ButtonLink href={`${path}/edit?view=workbench`}>Workbench</ButtonLink>
            <Menu
              trigger={
                <IconButton name="More" tone="plain">
                  <Ellipsis size={18} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem
                icon={<Copy size={16} aria-hidden="true" />}
                onClick={() => navigate(`/providers/new?clone=${encodeURIComponent(name)}`)}
              >
                Clone
              </MenuItem>
              <MenuLine />
              <MenuItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => setDeleting(true)}
              >
                Delete
              </MenuItem>
            </Menu>
          </>
        )
      }
    >
      <Card>
        <Facts>
          <Fact name="Name">
            <code>{name}</code>
          </Fact>
          <Fact name="Grant">
            <code>{recipe.grant ?? '–'}</code>
          </Fact>
          <Fact name="Version">{version}</Fact>
          <Fact name="Saved">
            <Time at={created_at} />
          </Fact>
          <Fact name="Shared secrets">{Object.keys(secrets).join(', ') || 'none'}</Fact>
        </Facts>
      </Card>
      <Tabs
        label="Provider"
        value={filters.get('tab') || 'recipe'}
        onChange={(tab) => filters.set({ tab: tab === 'recipe' ? null : tab })}
        panels={[
          {
            id: 'recipe',
            title: 'Recipe',
            content: <CodeBlock label="recipe" text={JSON.stringify(recipe, null, 2)} />,
          },
          { id: 'versions', title: `Versions (${version})`, content: <Versions provider={provider} /> },
          { id: 'used', title: 'Used by', content: <UsedBy name={name} newest={version} /> },
        ]}
      />
      <ConfirmByName
        open={isDeleting}
        onClose={() => setDeleting(false)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the provider"
        onConfirm={async () => {
          await call('DELETE', '/v1/providers/{name}', { params: { name } })
          navigate('/providers')
          await invalidate('/v1/providers')
          toast.done(`${name} is deleted`)
        }}
      >
        <p>
          All its versions go with it. Bursar refuses while a credential uses it:{' '}
          <Link href={`/credentials?provider=${encodeURIComponent(name)}`}>see which</Link>.
        </p>
      </ConfirmByName>
    </Page>
  )
}
