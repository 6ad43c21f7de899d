import { useQuery } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { removeResource } from '../remove-resource.ts'
import { Notes } from './notes.tsx'
import { RevisionChip } from './revision-chip.tsx'
import {
  idOf,
  type Library,
  newestRevision,
  type One,
  pathOfLibrary,
  pathOfProperty,
  REACTOR,
  type Resource,
  type Revisioned,
  type RevisionedType,
  readMany,
} from './wire.ts'

interface Open<A> {
  resource: Resource<A>
  propertyId: string
  mayChange: boolean
}

/** The page of the head of a resource that has revisions: what it is, where it runs, notes; change and delete. */
export function RevisionedPage<A extends Revisioned>({
  id,
  type,
  what,
  tab,
  facts,
  form,
  children,
}: {
  id: string
  type: Exclude<RevisionedType, 'extensions'>
  /** How it is called in a sentence. */
  what: string
  /** Of the property, where all of them are. */
  tab: string
  facts?: (open: Open<A>) => ReactNode
  form: (open: Open<A> & { onClose: () => void }) => ReactNode
  children?: (open: Open<A>) => ReactNode
}) {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'change' | 'delete' | null>(null)
  const { data, error, refetch } = useQuery(readDoor<One<A>>(REACTOR, `/${type}/${id}`))
  const resource = data?.data
  const propertyId = resource ? (idOf(resource, 'property') ?? '') : ''
  const name = resource?.attributes.name ?? what
  const above = pathOfProperty(propertyId, tab)
  const open = resource && { resource, propertyId, mayChange }
  const remove = () => removeResource(REACTOR, `/${type}/${id}`, name, () => navigate(above))
  return (
    <Page
      title={name}
      above={{ title: 'Property', path: above }}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        resource && (
          <>
            <Button icon={<Pencil size={16} aria-hidden="true" />} onClick={() => setAsking('change')}>
              Change
            </Button>
            <Button
              tone="danger"
              icon={<Trash2 size={16} aria-hidden="true" />}
              onClick={() => setAsking('delete')}
            >
              Delete
            </Button>
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !open ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          <Card title="How it stands" actions={<RevisionChip resource={open.resource} />}>
            <Facts>
              {facts?.(open)}
              <Fact name="Newest revision">{newestRevision(open.resource) || 'none yet'}</Fact>
              <Fact name="In libraries">
                <Libraries path={`/${type}/${id}/libraries`} />
              </Fact>
              <Fact name="Changed">
                <Time at={open.resource.attributes.updated_at} />
              </Fact>
            </Facts>
          </Card>
          {children?.(open)}
          <Notes path={`/${type}/${id}`} />
        </Stack>
      )}
      {asking === 'change' && open && form({ ...open, onClose: () => setAsking(null) })}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${name}?`}
        name={name}
        verb={`Delete the ${what}`}
        onConfirm={remove}
      >
        <p>Later builds leave it out. Where it was built it runs until there is another build.</p>
      </ConfirmByName>
    </Page>
  )
}

function Libraries({ path }: { path: string }) {
  const { data } = useQuery(readMany<Library>(path))
  if (data === undefined || data.data.length === 0) return <Quiet>{data ? 'none' : '…'}</Quiet>
  return data.data.map(({ id, attributes: { name } }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <Link href={pathOfLibrary(id)}>{name}</Link>
    </span>
  ))
}
