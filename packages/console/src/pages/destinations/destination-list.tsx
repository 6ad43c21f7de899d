import { useQuery } from '@tanstack/react-query'
import { Plus, Send } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { DestinationForm } from './destination-form.tsx'
import { AUTHORING, type Destination, nameOf, pathOfDestination, titleOfEntry } from './wire.ts'

const COLUMNS: ReadonlyArray<Column<Destination>> = [
  {
    id: 'name',
    title: 'Destination',
    width: 'minmax(6rem, 2fr)',
    cell: (destination) => (
      <>
        <Link href={pathOfDestination(destination.instanceId)}>{nameOf(destination)}</Link>{' '}
        <Quiet>{destination.description}</Quiet>
      </>
    ),
  },
  {
    id: 'ways',
    title: 'Ways to authenticate',
    width: 'minmax(6rem, 1fr)',
    from: 560,
    cell: ({ customerAuthenticationConfigurations = [] }) =>
      customerAuthenticationConfigurations.map(titleOfEntry).join('; ') || <Quiet>none</Quiet>,
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 420,
    cell: ({ lastModifiedDate }) => <Time at={lastModifiedDate} />,
  },
]

/** Destination configurations of the Destination SDK. */
export default function DestinationList() {
  const [, navigate] = useLocation()
  const [isMaking, setMaking] = useState(false)
  const mayChange = useMay('credentials:write')
  const query = useQuery(readDoor<{ items: Destination[] }>(AUTHORING, '/destinations'))
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New destination
    </Button>
  )
  return (
    <Page
      title="Destinations"
      note="Configurations of the Destination SDK, and the accounts that customers connected by them."
      actions={(query.data?.items.length ?? 0) > 0 && add}
    >
      <ListCard
        label="Destinations"
        list={listOfQuery(query)}
        columns={COLUMNS}
        keyOf={({ instanceId }) => instanceId}
        onOpen={({ instanceId }) => navigate(pathOfDestination(instanceId))}
        empty={
          <NothingYet icon={Send} title="No destination yet" action={add}>
            Bring a destination configuration; customers then connect their accounts by a link.
          </NothingYet>
        }
      />
      {isMaking && (
        <DestinationForm
          onClose={() => setMaking(false)}
          onDone={({ instanceId }) => navigate(pathOfDestination(instanceId))}
        />
      )}
    </Page>
  )
}
