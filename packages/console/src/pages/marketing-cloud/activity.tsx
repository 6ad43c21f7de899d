import { useQuery } from '@tanstack/react-query'
import { CircleStop, FileJson2, ListChecks, MoreHorizontal, Rocket, Save, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay, useMaySend } from '../../app/permission.ts'
import { valueAt } from '../../form/pointer.ts'
import { pathToMake } from '../../form/use-making.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Live } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { removeResource } from '../remove-resource.ts'
import { ReplaceConfig } from './activity-form.tsx'
import { ActivityChip } from './chips.tsx'
import { type Driven, PhaseReports } from './phase-reports.tsx'
import { Runs } from './runs.tsx'
import { TestContact } from './test-contact.tsx'
import { type ActivityDetail, type DriveReport, MARKETING_CLOUD, type Phase, pathOfContext } from './wire.ts'

const ABOVE = { title: 'Marketing Cloud', path: '/marketing-cloud' }

type Asking = 'stop' | 'unpublish' | 'replace' | 'delete'

export default function ActivityPage() {
  const { key } = usePathParams('/marketing-cloud/activities/:key')
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const maySend = useMaySend()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [driving, setDriving] = useState<Phase | null>(null)
  const [driven, setDriven] = useState<Driven | null>(null)
  const path = `/activities/${encodeURIComponent(key)}`
  const { data: activity, error, refetch } = useQuery(readDoor<ActivityDetail>(MARKETING_CLOUD, path))
  const close = () => setAsking(null)
  const drive = async (phase: Phase) => {
    setDriving(phase)
    try {
      const report = await callDoor<DriveReport>(MARKETING_CLOUD, 'POST', `${path}/${phase}`)
      setDriven({ phase, reports: report.phases, error: null })
      toast.done(DONE[phase])
    } catch (failure) {
      if (!(failure instanceof ApiProblem)) throw failure
      setDriven({ phase, reports: [], error: failure })
    } finally {
      setDriving(null)
      await invalidateDoor(MARKETING_CLOUD)
    }
  }
  const start = (phase: Phase) => drive(phase).catch((failure) => toast.failed(failure))
  const remove = () => removeResource(MARKETING_CLOUD, path, key, () => navigate(ABOVE.path))
  return (
    <Page
      title={activity?.name || key}
      above={ABOVE}
      note={activity && activity.name !== key ? <code>{key}</code> : undefined}
      actions={
        mayChange &&
        activity && (
          <>
            <Button
              icon={<ListChecks size={16} aria-hidden="true" />}
              busy={driving === 'validate'}
              onClick={() => start('validate')}
            >
              Validate
            </Button>
            <Button
              tone="primary"
              icon={<Rocket size={16} aria-hidden="true" />}
              busy={driving === 'publish'}
              onClick={() => start('publish')}
            >
              Publish
            </Button>
            <Menu
              trigger={
                <IconButton name="More actions" tone="plain">
                  <MoreHorizontal size={16} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem icon={<Save size={16} aria-hidden="true" />} onClick={() => start('save')}>
                Call save
              </MenuItem>
              <MenuItem icon={<CircleStop size={16} aria-hidden="true" />} onClick={() => setAsking('stop')}>
                Stop
              </MenuItem>
              <MenuItem icon={<Undo2 size={16} aria-hidden="true" />} onClick={() => setAsking('unpublish')}>
                Unpublish
              </MenuItem>
              <MenuItem
                icon={<FileJson2 size={16} aria-hidden="true" />}
                onClick={() => setAsking('replace')}
              >
                Replace the configuration
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
      ) : !activity ? (
        <Skeleton lines={8} />
      ) : (
        <Stack>
          <Live>{driven && <PhaseReports driven={driven} />}</Live>
          {activity.problems.length > 0 && <Problems activity={activity} mayChange={mayChange} />}
          <ActivityFacts activity={activity} />
          {maySend && <TestContact activityKey={key} />}
          <Runs activityKey={key} isPublished={activity.status === 'published'} />
          <Card title="config.json" note="As it was handed in.">
            <CodeBlock label="config.json" text={JSON.stringify(activity.config, null, 2)} />
          </Card>
        </Stack>
      )}
      {asking === 'replace' && activity && <ReplaceConfig activity={activity} onClose={close} />}
      <Confirm
        open={asking === 'stop' || asking === 'unpublish'}
        onClose={close}
        title={asking === 'stop' ? 'Stop this activity?' : 'Unpublish this activity?'}
        verb={asking === 'stop' ? 'Stop it' : 'Unpublish it'}
        danger
        onConfirm={() => drive(asking as Phase)}
      >
        <p>No contact is sent to it from then on, whatever its service answers to the call.</p>
      </Confirm>
      <ConfirmByName
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${key}?`}
        name={key}
        verb="Delete the activity"
        onConfirm={remove}
      >
        <p>Its runs can not be resumed any more.</p>
      </ConfirmByName>
    </Page>
  )
}

const DONE: Record<Phase, string> = {
  save: 'It was saved.',
  validate: 'It was validated.',
  publish: 'It is published.',
  stop: 'It is stopped.',
  unpublish: 'It is a draft again.',
}

/** Where that is made which a configuration names and which is not there. */
const TAB_OF: Readonly<Record<string, string>> = {
  'security_context.not_found': 'contexts',
  'salt_key.not_found': 'salt-keys',
}

function Problems({ activity, mayChange }: { activity: ActivityDetail; mayChange: boolean }) {
  return (
    <Notice tone="warn" title="Something keeps it from being published">
      <ul>
        {activity.problems.map(({ path, code, detail, hint }) => {
          const tab = mayChange ? TAB_OF[code] : undefined
          const named = String(valueAt(activity.config, path) ?? '')
          return (
            <li key={path + code}>
              <code>{path}</code> {detail}{' '}
              {tab === undefined ? hint : <Link href={pathToMake(ABOVE.path, tab, named)}>Make one</Link>}
            </li>
          )
        })}
      </ul>
    </Notice>
  )
}

function ActivityFacts({ activity }: { activity: ActivityDetail }) {
  const { status, type, url, securityContextKey, timeout, retryCount, retryDelay, concurrentRequests } =
    activity
  return (
    <Card title="Activity" actions={<ActivityChip status={status} />}>
      <Facts>
        <Fact name="Is called at">
          <code>{url}</code>
        </Fact>
        <Fact name="Security context">
          {securityContextKey === null ? (
            'None: no token goes along'
          ) : (
            <Link href={pathOfContext(securityContextKey)}>{securityContextKey}</Link>
          )}
        </Fact>
        <Fact name="Type">{type === 'REST' ? 'REST' : `REST decision: ${activity.outcomes.join(', ')}`}</Fact>
        <Fact name="Phases configured">{activity.phases.join(', ') || 'none'}</Fact>
        <Fact name="Time to answer">{(timeout / 1000).toLocaleString('en')} s</Fact>
        <Fact name="Retries">
          {retryCount === 0 ? 'none' : `${retryCount}, ${(retryDelay / 1000).toLocaleString('en')} s apart`}
        </Fact>
        <Fact name="Requests at a time">{concurrentRequests}</Fact>
        <Fact name="Changed">
          <Time at={activity.updatedAt} />
        </Fact>
      </Facts>
    </Card>
  )
}
