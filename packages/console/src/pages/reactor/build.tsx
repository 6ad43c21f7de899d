import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { Link } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'
import { BuildChip } from './chips.tsx'
import { TryEvent } from './try-event.tsx'
import {
  type Build,
  type Environment,
  idOf,
  type Library,
  type Many,
  type One,
  type ProcessingError,
  pathOfLibrary,
  REACTOR,
  type Resource,
  type Revisioned,
  readMany,
} from './wire.ts'

interface BuildMeta {
  artifact_url?: string
  status_details?: { errors: ProcessingError[] }
}

export default function BuildPage() {
  const { id } = usePathParams('/reactor/builds/:id')
  const mayChange = useMay('credentials:write')
  const action = useAction()
  const { data, error, refetch } = useQuery(readDoor<One<Build>>(REACTOR, `/builds/${id}`))
  const library = useQuery(readDoor<{ data: Resource<Library> | null }>(REACTOR, `/builds/${id}/library`))
  const rules = useQuery(readMany<Revisioned>(`/builds/${id}/rules`))
  const build = data?.data
  const libraryId = build ? (idOf(build, 'library') ?? '') : ''
  const name = library.data?.data?.attributes.name ?? 'Library'
  const republish = async () => {
    const body = { data: { type: 'builds', id, meta: { action: 'republish' } } }
    await callDoor(REACTOR, 'PATCH', `/builds/${id}`, { body })
    await invalidateDoor(REACTOR)
  }
  return (
    <Page
      title="Build"
      heading={<>Build of {name}</>}
      above={{ title: name, path: pathOfLibrary(libraryId) }}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        build?.attributes.status === 'succeeded' && (
          <Button
            icon={<History size={16} aria-hidden="true" />}
            busy={action.isBusy}
            onClick={() => action.run(republish, { done: 'The environment runs this build from now on.' })}
          >
            Run it again
          </Button>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !build ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          <BuildFacts build={build} rules={rules.data} />
          {build.attributes.status === 'succeeded' && (
            <TryEvent
              buildId={id}
              environmentId={idOf(build, 'environment') ?? ''}
              rules={rules.data?.data ?? []}
            />
          )}
        </Stack>
      )}
    </Page>
  )
}

function BuildFacts({ build, rules }: { build: Resource<Build>; rules: Many<Revisioned> | undefined }) {
  const { artifact_url, status_details } = build.meta as BuildMeta
  const environment = useQuery(
    readDoor<{ data: Resource<Environment> | null }>(REACTOR, `/builds/${build.id}/environment`),
  ).data?.data
  return (
    <>
      {status_details && (
        <Notice tone="bad" title="Nothing was put into its environment">
          <ul>
            {status_details.errors.map(({ code, detail, title }) => (
              <li key={`${code}${detail}`}>
                {detail ?? title} <code>{code}</code>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Card title="Build" actions={<BuildChip status={build.attributes.status} />}>
        <Stack>
          <Facts>
            <Fact name="Made">
              <Time at={build.attributes.created_at} />
            </Fact>
            <Fact name="Environment">
              {environment ? `${environment.attributes.name} (${environment.attributes.stage})` : 'gone'}
            </Fact>
            <Fact name="Rules">
              {rules?.data.map(({ attributes }) => attributes.name).join(', ') || <Quiet>none</Quiet>}
            </Fact>
          </Facts>
          {artifact_url && environment && (
            <Stack tight>
              <CodeBlock label="address for events" text={artifact_url} />
              <p>
                Whoever posts events there needs a key with the scope <code>events:{environment.id}</code>.{' '}
                <Link href="/callers/new">Create a caller</Link>
              </p>
            </Stack>
          )}
        </Stack>
      </Card>
    </>
  )
}
