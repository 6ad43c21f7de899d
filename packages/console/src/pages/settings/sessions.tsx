import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { Link2, MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { signOut } from '../../api/session.ts'
import { useMay } from '../../app/permission.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAction } from '../../ui/use-action.ts'

type Session = AnswerOf<'listSessions'>['items'][number]

const METHODS = { key: 'Key', link: 'Sign-in link', sso: 'Single sign-on', bearer: 'Key' } as const

/** `Firefox on Linux`; the whole of it is on hover. */
function browserOf(agent: string | null): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)/.exec(agent ?? '')?.[1]
  const machine = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent ?? '')?.[1]
  if (browser === undefined) return agent?.slice(0, 40) || 'Unknown'
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' }
  const on = machine === undefined ? '' : ` on ${machine === 'Mac OS X' ? 'macOS' : machine}`
  return (names[browser] ?? browser) + on
}

/** Narrower than this, when somebody was last seen stands below the name. */
const WITH_TIMES = 500

const Who = ({ caller, current }: Session) => (
  <>
    {caller.name} {current && <Quiet>this one</Quiet>}
  </>
)

const columns = (onEnd: (session: Session) => void): ReadonlyArray<Column<Session>> => [
  {
    id: 'who',
    title: 'Who',
    width: 'minmax(7rem, 1fr)',
    from: WITH_TIMES,
    cell: Who,
  },
  {
    id: 'who-and-seen',
    title: 'Who',
    width: '1fr',
    below: WITH_TIMES,
    cell: (session) => (
      <>
        <Who {...session} />
        <br />
        <Quiet>
          <Time at={session.seen_at} />
        </Quiet>
      </>
    ),
  },
  { id: 'method', title: 'Signed in by', width: '8rem', from: 640, cell: ({ method }) => METHODS[method] },
  {
    id: 'browser',
    title: 'Browser',
    width: 'minmax(6rem, 1fr)',
    from: 760,
    cell: ({ user_agent }) => <span title={user_agent ?? ''}>{browserOf(user_agent)}</span>,
  },
  {
    id: 'address',
    title: 'Address',
    width: '8rem',
    from: 900,
    cell: ({ address }) => <code>{address}</code>,
  },
  {
    id: 'seen',
    title: 'Last seen',
    width: '8rem',
    from: WITH_TIMES,
    cell: ({ seen_at }) => <Time at={seen_at} />,
  },
  { id: 'ends', title: 'Ends', width: '8rem', from: 1000, cell: ({ ends_at }) => <Time at={ends_at} /> },
  {
    id: 'end',
    title: <span className="visually-hidden">End it</span>,
    width: '5rem',
    align: 'end',
    cell: (session) => (
      <Button
        small
        aria-label={`End the session of ${session.caller.name}${session.current ? ', this one' : ''}`}
        onClick={() => onEnd(session)}
      >
        End
      </Button>
    ),
  },
]

/** Who is signed in, and a way to end it; a link for another browser of one's own. */
export function Sessions() {
  const query = useQuery(read('/v1/sessions'))
  const seesAll = useMay('admin')
  const [ending, setEnding] = useState<Session | null>(null)
  const [link, setLink] = useState<OneTimeSecret | null>(null)
  const action = useAction()
  const end = async ({ id, current }: Session) => {
    if (current) return signOut()
    await call('DELETE', '/v1/sessions/{id}', { params: { id: id! } })
    toast.done('The session has ended.')
    await invalidate('/v1/sessions')
  }
  const makeLink = () =>
    action.run(async () => {
      const { url } = await call('POST', '/v1/session/links')
      setLink({
        title: 'A sign-in link',
        description: 'It opens the console with your rights, once, within ten minutes.',
        fileName: 'bursar-sign-in-link.txt',
        value: url,
      })
    })
  return (
    <>
      <ListCard
        label="Sessions"
        title="Sessions"
        note={seesAll ? 'Of everybody at this console.' : 'Yours, in every browser.'}
        actions={
          <Button icon={<Link2 size={16} aria-hidden="true" />} busy={action.isBusy} onClick={makeLink}>
            Make a sign-in link
          </Button>
        }
        list={listOfQuery(query)}
        columns={columns(setEnding)}
        keyOf={({ id }) => id ?? ''}
        empty={<NothingYet icon={MonitorSmartphone} title="Nobody is signed in with a browser" />}
      />
      <Confirm
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={ending?.current ? 'Sign out here?' : `End the session of ${ending?.caller.name}?`}
        verb={ending?.current ? 'Sign out' : 'End the session'}
        danger
        onConfirm={() => end(ending!)}
      >
        <p>
          {ending?.current
            ? 'It is the session that you are in.'
            : 'That browser has to sign in again; what stands in its forms is kept there.'}
        </p>
      </Confirm>
      <OneTimeSecretDialog secret={link} onDone={() => setLink(null)} />
    </>
  )
}
