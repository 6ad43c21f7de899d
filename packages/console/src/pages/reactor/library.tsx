import { useQuery } from '@tanstack/react-query'
import { Hammer, MoreHorizontal, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Live } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAction } from '../../ui/use-action.ts'
import { removeResource } from '../remove-resource.ts'
import { BuildChip, LibraryChip } from './chips.tsx'
import { LibraryContents } from './library-contents.tsx'
import { LibraryForm } from './library-form.tsx'
import { Notes } from './notes.tsx'
import { useMany } from './use-many.ts'
import {
  type Build,
  type Environment,
  idOf,
  type Library,
  type One,
  type ProcessingError,
  pathOfBuild,
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
    cell: ({ id, attributes: { created_at } }) => (
      <Link href={pathOfBuild(id)}>
        <Time at={created_at} />
      </Link>
    ),
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
  const [, navigate] = useLocation()
  const [asking, setAsking] = useState<'change' | 'delete' | null>(null)
  const [built, setBuilt] = useState<Resource<Build> | null>(null)
  const mayChange = useMay('credentials:write')
  const run = useAction()
  const { data, error, refetch } = useQuery(readDoor<One<Library>>(REACTOR, `/libraries/${id}`))
  const builds = useMany<Build>(`/libraries/${id}/builds`, { sort: '-created_at' })
  const library = data?.data
  const name = library?.attributes.name ?? 'Library'
  const propertyId = library ? (idOf(library, 'property') ?? '') : ''
  const move = (action: string) => async () => {
    const body = { data: { type: 'libraries', id, meta: { action } } }
    await callDoor(REACTOR, 'PATCH', `/libraries/${id}`, { body })
    await invalidateDoor(REACTOR)
  }
  const build = async () => {
    setBuilt(null)
    const made = await callDoor<One<Build>>(REACTOR, 'POST', `/libraries/${id}/builds`)
    setBuilt(made.data)
    await invalidateDoor(REACTOR)
  }
  const remove = () =>
    removeResource(REACTOR, `/libraries/${id}`, name, () => navigate(pathOfProperty(propertyId, 'libraries')))
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
                onClick={() => run.run(build, { name: 'build' })}
              >
                Build
              </Button>
            )}
            <Menu
              trigger={
                <IconButton name="More actions" tone="plain">
                  <MoreHorizontal size={16} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem icon={<Pencil size={16} aria-hidden="true" />} onClick={() => setAsking('change')}>
                Change
              </MenuItem>
              <MenuLine />
              <MenuItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => setAsking('delete')}
              >
                Delete
              </MenuItem>
            </Menu>
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
          <Live>{built && <Built build={built} />}</Live>
          <LibraryFacts library={library} />
          <LibraryContents
            libraryId={id}
            propertyId={propertyId}
            isOpen={mayChange && ['development', 'rejected'].includes(library.attributes.state)}
          />
          <ListCard
            label="Builds"
            title="Builds"
            list={builds}
            columns={COLUMNS}
            keyOf={(one) => one.id}
            onOpen={(one) => navigate(pathOfBuild(one.id))}
            empty={
              <NothingYet icon={Hammer} title="No build yet">
                A build is what the environment runs from that moment on.
              </NothingYet>
            }
          />
          <Notes path={`/libraries/${id}`} />
        </Stack>
      )}
      {asking === 'change' && library && (
        <LibraryForm
          propertyId={propertyId}
          library={library}
          onClose={() => setAsking(null)}
          onDone={() => toast.done('Saved.')}
        />
      )}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the library"
        onConfirm={remove}
      >
        <p>Its environment goes on with the build it runs, and is free for another library.</p>
      </ConfirmByName>
    </Page>
  )
}

/** How the build went that was made from this page. */
function Built({ build }: { build: Resource<Build> }) {
  const details = build.meta.status_details as { errors: ProcessingError[] } | undefined
  if (build.attributes.status === 'succeeded') {
    return (
      <Notice tone="good" title="It was built, and its environment runs it from now on">
        <Link href={pathOfBuild(build.id)}>Try an event</Link>
      </Notice>
    )
  }
  return (
    <Notice tone="bad" title="The build failed; its environment goes on as it was">
      <ul>
        {details?.errors.map(({ code, detail, title }) => (
          <li key={`${code}${detail}`}>{detail ?? title}</li>
        ))}
      </ul>
    </Notice>
  )
}

function LibraryFacts({ library }: { library: Resource<Library> }) {
  const { state, published_at, build_required } = library.attributes
  const environmentId = idOf(library, 'environment')
  const environments = useQuery(
    readMany<Environment>(`/properties/${idOf(library, 'property')}/environments`),
  )
  const environment = environments.data?.data.find(({ id }) => id === environmentId)?.attributes
  return (
    <Card title="Library" actions={<LibraryChip state={state} />}>
      <Facts>
        <Fact name="Environment">
          {environmentId === null ? (
            'None: it can not be built'
          ) : environment === undefined ? (
            <code>{environmentId}</code>
          ) : (
            `${environment.name} (${environment.stage})`
          )}
        </Fact>
        <Fact name="Build">{build_required ? 'Wants one: something has changed' : 'Up to date'}</Fact>
        <Fact name="Published">
          <Time at={published_at} none="not yet" />
        </Fact>
      </Facts>
    </Card>
  )
}
