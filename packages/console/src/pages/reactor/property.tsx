import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type ComponentType, useState } from 'react'
import { useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { Page } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { removeResource } from '../remove-resource.ts'
import { Callbacks } from './callbacks.tsx'
import { DataElements } from './data-elements.tsx'
import { Environments } from './environments.tsx'
import { Extensions } from './extensions.tsx'
import { Hosts } from './hosts.tsx'
import { Libraries } from './libraries.tsx'
import { Notes } from './notes.tsx'
import { Rules } from './rules.tsx'
import { Secrets } from './secrets.tsx'
import { type One, type Property, REACTOR } from './wire.ts'

const ABOVE = { title: 'Reactor', path: '/reactor' }
const TABS: ReadonlyArray<{ id: string; title: string; Panel: ComponentType<{ propertyId: string }> }> = [
  { id: 'secrets', title: 'Secrets', Panel: Secrets },
  { id: 'data-elements', title: 'Data elements', Panel: DataElements },
  { id: 'rules', title: 'Rules', Panel: Rules },
  { id: 'libraries', title: 'Libraries', Panel: Libraries },
  { id: 'environments', title: 'Environments', Panel: Environments },
  { id: 'extensions', title: 'Extensions', Panel: Extensions },
  { id: 'hosts', title: 'Hosts', Panel: Hosts },
  { id: 'callbacks', title: 'Callbacks', Panel: Callbacks },
  { id: 'notes', title: 'Notes', Panel: ({ propertyId }) => <Notes path={`/properties/${propertyId}`} /> },
]

export default function PropertyPage() {
  const { id } = usePathParams('/reactor/properties/:id')
  const [, navigate] = useLocation()
  const filters = useUrlFilters()
  const mayChange = useMay('credentials:write')
  const [isDeleting, setDeleting] = useState(false)
  const { data, error, refetch } = useQuery(readDoor<One<Property>>(REACTOR, `/properties/${id}`))
  const name = data?.data.attributes.name ?? 'Property'
  const tab = filters.get('tab')
  const remove = () => removeResource(REACTOR, `/properties/${id}`, name, () => navigate(ABOVE.path))
  return (
    <Page
      title={name}
      above={ABOVE}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        data && (
          <Button
            tone="danger"
            icon={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => setDeleting(true)}
          >
            Delete
          </Button>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <Tabs
          label="Property"
          value={TABS.some((one) => one.id === tab) ? tab : 'secrets'}
          onChange={(next) => filters.set({ tab: next === 'secrets' ? null : next })}
          panels={TABS.map(({ id: one, title, Panel }) => ({
            id: one,
            title,
            content: <Panel propertyId={id} />,
          }))}
        />
      )}
      <ConfirmByName
        open={isDeleting}
        onClose={() => setDeleting(false)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the property"
        onConfirm={remove}
      >
        <p>Everything in it goes with it: secrets, environments, rules, libraries and their builds.</p>
      </ConfirmByName>
    </Page>
  )
}
