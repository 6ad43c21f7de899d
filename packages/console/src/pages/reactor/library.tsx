import { useQuery } from '@tanstack/react-query'
import { Hammer } from 'lucide-react'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'
import { BuildChip, LibraryChip } from './chips.tsx'
import {
  type Build,
  idOf,
  type Library,
  listOfMany,
  type One,
  type ProcessingError,
  pathOfProperty,
  REACTOR,
  type Resource,
  readMany,
} from './wire.ts'

/** What may become of a library, by its state. */
const ACTIONS: Record<Library['state'], ReadonlyArray<{ action: string; title: string }>> = {
  development: [{ action: 'submit', title: 'Submit' }],
  submitted: [
    { action: 'reject', title: 'Reject' },
    { action: 'approve', title: 'Approve' },
  ],
  approved: [{ action: 'reject', title: 'Reject' }],
  rejected: [{ action: 'develop', title: 'Develop again' }],
  published: [],
}

const COLUMNS: ReadonlyArray<Column<Resource<Build>>> = [
  {
    id: 'when',
    title: 'Build',
    width: 'minmax(7rem, 1fr)',
    cell: ({ attributes: { created_at } }) => <Time at={created_at} />,
  },
  {
    id: 'status',
    title: 'State',
    width: '8rem',
    cell: ({ attributes: { status } }) => <BuildChip status={status} />,
  },
  {
    id: 'why',
    title: 'What is wrong',
    width: 'minmax(6rem, 3fr)',
    from: 600,
    cell: ({ meta }) => {
      const details = meta.status_details as { errors: ProcessingError[] } | undefined
      const text = details?.errors.map(({ detail, title }) => detail ?? title).join(' ') ?? ''
      return <span title={text}>{text}</span>
    },
  },
]

export default function LibraryPage() {
  const { id } = usePathParams('/reactor/libraries/:id')
  const mayChange = useMay('credentials:write')
  const run = useAction()
  const { data, error, refetch } = useQuery(readDoor<One<Library>>(REACTOR, `/libraries/${id}`))
  const builds = useQuery(readMany<Build>(`/libraries/${id}/builds`))
  const library = data?.data
  const name = library?.attributes.name ?? 'Library'
  const propertyId = library ? (idOf(library, 'property') ?? '') : ''
  const move = (action: string) => async () => {
    const body = { data: { type: 'libraries', id, meta: { action } } }
    await callDoor(REACTOR, 'PATCH', `/libraries/${id}`, { body })
    await invalidateDoor(REACTOR)
  }
  const build = async () => {
    await callDoor(REACTOR, 'POST', `/libraries/${id}/builds`)
    await invalidateDoor(REACTOR)
  }
  return (
    <Page
      title={name}
      above={{ title: 'Property', path: pathOfProperty(propertyId, 'libraries') }}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        library && (
          <>
            {ACTIONS[library.attributes.state].map(({ action, title }) => (
              <Button
                key={action}
                busy={run.running === action}
                onClick={() => run.run(move(action), { name: action })}
              >
                {title}
              </Button>
            ))}
            {library.attributes.state !== 'published' && (
              <Button
                tone="primary"
                icon={<Hammer size={16} aria-hidden="true" />}
                busy={run.running === 'build'}
                onClick={() => run.run(build, { name: 'build', done: 'It was built.' })}
              >
                Build
              </Button>
            )}
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !library ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          <LibraryFacts library={library} />
          <ListCard
            label="Builds"
            title="Builds"
            list={listOfMany(builds)}
            columns={COLUMNS}
            keyOf={(one) => one.id}
            empty={
              <NothingYet icon={Hammer} title="No build yet">
                A build is what the environment runs from that moment on.
              </NothingYet>
            }
          />
        </Stack>
      )}
    </Page>
  )
}

function LibraryFacts({ library }: { library: Resource<Library> }) {
  const { state, published_at, build_required } = library.attributes
  const count = (name: string) => {
    const data = library.relationships[name]?.data
    return Array.isArray(data) ? data.length : 0
  }
  return (
    <Card title="Library" actions={<LibraryChip state={state} />}>
      <Facts>
        <Fact name="Environment">
          <code>{idOf(library, 'environment') ?? 'none'}</code>
        </Fact>
        <Fact name="Build">{build_required ? 'Wants one: something has changed' : 'Up to date'}</Fact>
        <Fact name="Published">
          <Time at={published_at} none="not yet" />
        </Fact>
        <Fact name="Extensions">{count('extensions')}</Fact>
        <Fact name="Data elements">{count('data_elements')}</Fact>
        <Fact name="Rules">{count('rules')}</Fact>
      </Facts>
    </Card>
  )
}
