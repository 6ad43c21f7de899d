import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Clock, Link2, Plus } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ListField, SelectField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'

type ConnectLink = AnswerOf<'listConnectLinks'>['items'][number]

const LIST = '/v1/providers/{name}/connect-links'

const LOOKS = {
  open: { tone: 'info', icon: Link2, text: 'Open' },
  used: { tone: 'good', icon: CircleCheck, text: 'Used' },
  expired: { tone: 'rest', icon: Clock, text: 'Ended' },
} as const

const columns = (onWithdraw: ((link: ConnectLink) => void) | null): ReadonlyArray<Column<ConnectLink>> => [
  {
    id: 'credential',
    title: 'For the account',
    width: 'minmax(6rem, 2fr)',
    cell: ({ credential }) => credential,
  },
  {
    id: 'status',
    title: 'State',
    width: '6rem',
    from: 380,
    cell: ({ status }) => <Chip {...LOOKS[status]} />,
  },
  { id: 'ends', title: 'Ends', width: '8rem', from: 480, cell: ({ expires_at }) => <Time at={expires_at} /> },
  {
    id: 'used',
    title: 'Used',
    width: '8rem',
    from: 640,
    cell: ({ used_at }) => <Time at={used_at} none="not yet" />,
  },
  ...(onWithdraw === null
    ? []
    : [
        {
          id: 'withdraw',
          title: <span className="visually-hidden">Withdraw it</span>,
          width: '6rem',
          align: 'end' as const,
          cell: (link: ConnectLink) =>
            link.status === 'open' && (
              <Button
                small
                aria-label={`Withdraw the link for ${link.credential}`}
                onClick={() => onWithdraw(link)}
              >
                Withdraw
              </Button>
            ),
        },
      ]),
]

/** Links by which people connect their accounts. The address of one is shown once. */
export function ConnectLinks({ provider }: { provider: string }) {
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const [withdrawing, setWithdrawing] = useState<ConnectLink | null>(null)
  const [secret, setSecret] = useState<OneTimeSecret | null>(null)
  const query = useQuery(read(LIST, { params: { name: provider } }))
  const withdraw = async ({ id }: ConnectLink) => {
    await call('DELETE', `${LIST}/{id}`, { params: { name: provider, id } })
    await invalidate(LIST)
    toast.done('The link leads nowhere any more.')
  }
  return (
    <>
      <ListCard
        label="Connect links"
        title="Connect links"
        note="For the person whose account it is; each is good for one connection."
        actions={
          mayChange && (
            <Button icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
              New link
            </Button>
          )
        }
        list={listOfQuery(query)}
        columns={columns(mayChange ? setWithdrawing : null)}
        keyOf={({ id }) => id}
        empty={<NothingYet icon={Link2} title="No link was made lately" />}
      />
      {isMaking && <NewLink provider={provider} onClose={() => setMaking(false)} onMade={setSecret} />}
      <Confirm
        open={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        title={`Withdraw the link for ${withdrawing?.credential}?`}
        verb="Withdraw it"
        danger
        onConfirm={() => withdraw(withdrawing!)}
      >
        <p>Whoever was sent it can not connect by it any more.</p>
      </Confirm>
      <OneTimeSecretDialog secret={secret} onDone={() => setSecret(null)} />
    </>
  )
}

const LIVES = [
  { value: '3600', title: 'an hour' },
  { value: '86400', title: 'a day' },
  { value: '604800', title: 'a week' },
]

function NewLink({
  provider,
  onClose,
  onMade,
}: {
  provider: string
  onClose: () => void
  onMade: (secret: OneTimeSecret) => void
}) {
  const form = useForm<Record<string, unknown>>({ expires_in_seconds: '86400' })
  const create = async () => {
    const { expires_in_seconds, ...rest } = form.value
    const made = await call('POST', LIST, {
      params: { name: provider },
      body: { ...rest, expires_in_seconds: Number(expires_in_seconds) },
    })
    await invalidate(LIST)
    onMade({
      title: `The link for ${made.credential}`,
      description: 'Send it to the person whose account it is. Whoever has it can connect an account.',
      fileName: `${made.credential}-connect-link.txt`,
      value: made.url,
    })
  }
  return (
    <FormDialog
      title="New connect link"
      form={form}
      submit="Make the link"
      onSubmit={create}
      onClose={onClose}
    >
      <TextField
        form={form}
        at="/credential"
        label="Account"
        required
        autoFocus
        help="Name of the credential that is made, or connected anew."
      />
      <ListField
        form={form}
        at="/destinations"
        label="Destinations"
        addLabel="Add a destination"
        placeholder="https://api.example.com/"
        help="Where its token may go; it goes nowhere else."
      />
      <TextField form={form} at="/title" label="Title on the page" />
      <SelectField form={form} at="/expires_in_seconds" label="Good for" options={LIVES} />
    </FormDialog>
  )
}
