import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { Archive, Circle, CircleCheck, KeyRound, LoaderCircle, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { Stack } from '../../app/page.tsx'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './settings.module.css'

type Keys = AnswerOf<'getKeys'>
type RingKey = Keys['ring'][number]
type DataKey = Keys['data_keys'][number]
type Rotation = NonNullable<Keys['rotation']>

const REFRESH_MS = 1_000
const IDLE_REFRESH_MS = 15_000

const isUnderWay = (rotation: Rotation | null | undefined): rotation is Rotation =>
  rotation != null && rotation.state !== 'done'

const RING_COLUMNS: ReadonlyArray<Column<RingKey>> = [
  { id: 'id', title: 'Key', width: 'minmax(6rem, 2fr)', cell: ({ id }) => <code>{id}</code> },
  {
    id: 'use',
    title: 'Use',
    width: '8.5rem',
    cell: ({ active, data_keys }) =>
      active ? (
        <Chip tone="good" icon={CircleCheck} text="Active" title="Wraps every new data key." />
      ) : data_keys > 0 ? (
        <Chip tone="info" icon={KeyRound} text="Still needed" title="Data keys are wrapped with it." />
      ) : (
        <Chip tone="rest" icon={Archive} text="Backups only" title="Needed to read older backups." />
      ),
  },
  {
    id: 'data',
    title: 'Data keys',
    width: '6rem',
    from: 480,
    align: 'end',
    cell: ({ data_keys }) => data_keys.toLocaleString('en'),
  },
]

const DATA_COLUMNS: ReadonlyArray<Column<DataKey>> = [
  { id: 'id', title: 'Data key', width: 'minmax(6rem, 2fr)', cell: ({ id }) => <code>{id}</code> },
  {
    id: 'use',
    title: 'Use',
    width: '8rem',
    cell: ({ sealing }) =>
      sealing ? (
        <Chip tone="good" icon={CircleCheck} text="Seals" />
      ) : (
        <Chip tone="rest" icon={Archive} text="Opens only" />
      ),
  },
  {
    id: 'ring',
    title: 'Wrapped with',
    width: 'minmax(6rem, 1fr)',
    from: 560,
    cell: ({ ring_key }) => <code>{ring_key}</code>,
  },
  { id: 'made', title: 'Made', width: '8rem', from: 700, cell: ({ created_at }) => <Time at={created_at} /> },
]

/** The keys everything is sealed with: which there are, which count, and how far a rotation is. */
export function KeyRing() {
  const query = useQuery({
    ...read('/v1/keys'),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.rotation) ? REFRESH_MS : IDLE_REFRESH_MS),
  })
  const [isAsking, setAsking] = useState(false)
  const { data: keys, error, refetch } = query
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  if (!keys) return <Skeleton lines={6} />
  const { rotation } = keys
  const asList = <T,>(rows: readonly T[]) => ({ rows, error: null, retry: refetch })
  return (
    <Stack>
      <Card
        title="Key ring"
        note="Wraps the data keys, which seal every secret and token in the database."
        actions={
          <Button
            tone="primary"
            icon={<RotateCw size={16} aria-hidden="true" />}
            disabled={isUnderWay(rotation)}
            onClick={() => setAsking(true)}
          >
            Rotate the keys
          </Button>
        }
      >
        <Facts>
          <Fact name="Kept in">
            <code>{keys.origin}</code>
          </Fact>
          <Fact name="Active key">
            <code>{keys.ring.find(({ active }) => active)?.id ?? 'none'}</code>
          </Fact>
          <Fact name="New keys">
            {keys.can_rotate ? 'Bursar adds them itself' : 'Added where the ring is kept'}
          </Fact>
        </Facts>
      </Card>
      {rotation && <RotationCard rotation={rotation} />}
      <ListCard
        label="Keys of the ring"
        title="Keys of the ring"
        list={asList(keys.ring)}
        columns={RING_COLUMNS}
        keyOf={({ id }) => id}
        empty={<NothingYet icon={KeyRound} title="The ring is empty" />}
      />
      <ListCard
        label="Data keys"
        title="Data keys"
        list={asList(keys.data_keys)}
        columns={DATA_COLUMNS}
        keyOf={({ id }) => id}
        empty={<NothingYet icon={KeyRound} title="No data key has been made yet" />}
      />
      {isAsking && <RotateDialog canAdd={keys.can_rotate} onClose={() => setAsking(false)} />}
    </Stack>
  )
}

const STEPS = [
  { state: 'distributing', title: 'Every node holds the new key', note: 'Nothing is sealed with it before.' },
  {
    state: 'settling',
    title: 'Every node seals with the new data key',
    note: 'From here on nothing new is old.',
  },
  {
    state: 'resealing',
    title: 'Sealed values are sealed again',
    note: 'In batches, while everything goes on.',
  },
  { state: 'confirming', title: 'Nothing is left under the old keys', note: 'One more look at all of them.' },
] as const

function RotationCard({ rotation }: { rotation: Rotation }) {
  const { state, done, total, started_by, started_at, ended_at, waiting_for } = rotation
  const at = STEPS.findIndex((step) => step.state === state)
  const isDone = state === 'done'
  const { data: callers } = useQuery(read('/v1/callers'))
  const starter = callers?.items.find(({ id }) => id === started_by)?.name
  return (
    <Card
      title={isDone ? 'Last rotation' : 'A rotation is under way'}
      note={
        isDone
          ? 'It survived whatever happened meanwhile, and is complete.'
          : 'It goes on by itself, after a restart too. You can leave this page.'
      }
    >
      <Stack tight>
        <Progress label="Sealed values sealed again" done={done} total={total} />
        <ol className={styles.steps}>
          {STEPS.map((step, index) => {
            const how = isDone || index < at ? 'done' : index === at ? 'now' : 'next'
            const Icon = { done: CircleCheck, now: LoaderCircle, next: Circle }[how]
            return (
              <li
                key={step.state}
                className={styles.step}
                data-state={how}
                aria-current={how === 'now' ? 'step' : undefined}
              >
                <Icon size={18} aria-hidden="true" />
                <span className={styles.stepTitle}>
                  {step.title}
                  <span className="visually-hidden">{how === 'done' ? ': done' : ''}</span>
                </span>
                {how === 'now' && <span className={styles.stepNote}>{step.note}</span>}
              </li>
            )
          })}
        </ol>
        {waiting_for.length > 0 && (
          <Notice tone="warn" title="Waits for nodes to report">
            {waiting_for.join(', ')}
          </Notice>
        )}
        <Facts>
          <Fact name="Begun">
            <Time at={started_at} />, by {starter ?? started_by}
          </Fact>
          <Fact name="Ended">
            <Time at={ended_at} none="not yet" />
          </Fact>
          <Fact name="To the ring key">
            <code>{rotation.ring_key}</code>
          </Fact>
        </Facts>
      </Stack>
    </Card>
  )
}

function RotateDialog({ canAdd, onClose }: { canAdd: boolean; onClose: () => void }) {
  const form = useForm<{ ring: string }>({ ring: canAdd ? 'new' : 'keep' })
  const rotate = async () => {
    await call('POST', '/v1/keys/rotate', { body: form.value })
    toast.done('The rotation has begun.')
    await invalidate('/v1/keys')
  }
  return (
    <FormDialog
      title="Rotate the keys"
      description="A new data key is made, and everything sealed is sealed again with it. No call waits for that."
      form={form}
      submit="Begin the rotation"
      onSubmit={rotate}
      onClose={onClose}
    >
      <ChoiceField
        form={form}
        at="/ring"
        label="Key of the ring"
        choices={[
          {
            value: 'new',
            title: 'Add a new random key to the ring',
            note: canAdd
              ? 'Back the ring up again afterwards, apart from the database.'
              : 'Not here: the ring is kept where this server can not write.',
          },
          {
            value: 'keep',
            title: 'Take the key that is active in the ring',
            note: 'After you have added one where the ring is kept, or to change the data key alone.',
          },
        ]}
      />
    </FormDialog>
  )
}
