import { useQuery } from '@tanstack/react-query'
import {
  CirclePause,
  CirclePlay,
  Ellipsis,
  KeyRound,
  Pencil,
  RefreshCw,
  Trash2,
  UserRound,
} from 'lucide-react'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { ApiProblem } from '../../api/problem.ts'
import { read } from '../../api/query.ts'
import { Page, Stack } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useActions } from './actions.ts'
import { ConnectDialog, needsPerson } from './connect-dialog.tsx'
import { type Credential, credentialPath } from './credential.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { DestinationsPanel } from './destinations-panel.tsx'
import styles from './detail.module.css'
import { ExchangesPanel } from './exchanges-panel.tsx'
import { FactsPanel } from './facts-panel.tsx'
import { ReasonNotice } from './reason-notice.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { UsePanel } from './use-panel.tsx'

/** Often enough to see a refresh happen. */
const POLL_MS = 5_000

export default function CredentialDetail() {
  const { name = '' } = useParams<{ name: string }>()
  const { data, error, refetch } = useQuery({
    ...read('/v1/credentials/{name}', { params: { name } }),
    refetchInterval: POLL_MS,
  })
  const above = { title: 'Credentials', path: '/credentials' }
  if (data !== undefined) return <Detail key={data.id} credential={data} />
  const isMissing = error instanceof ApiProblem && error.status === 404
  return (
    <Page title={name} above={above}>
      {isMissing ? (
        <NothingYet
          icon={KeyRound}
          title={`There is no credential called ${name}`}
          action={<ButtonLink href="/credentials">All credentials</ButtonLink>}
        >
          It was deleted, or never there under this name.
        </NothingYet>
      ) : error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Page>
  )
}

type Asking = 'connect' | 'rotate' | 'delete' | null

function Detail({ credential }: { credential: Credential }) {
  const { name, status, display_status } = credential
  const mayWrite = useMay('credentials:write')
  const filters = useUrlFilters()
  const actions = useActions(name)
  const [asking, setAsking] = useState<Asking>(filters.get('connect') ? 'connect' : null)
  const close = () => {
    setAsking(null)
    if (filters.get('connect')) filters.set({ connect: null })
  }
  const panels = [
    { id: 'overview', title: 'Overview', content: <FactsPanel credential={credential} /> },
    { id: 'exchanges', title: 'Exchanges', content: <ExchangesPanel name={name} /> },
    { id: 'destinations', title: 'Destinations', content: <DestinationsPanel credential={credential} /> },
    { id: 'use', title: 'Use', content: <UsePanel credential={credential} /> },
  ]
  const tab = panels.some(({ id }) => id === filters.get('tab')) ? filters.get('tab') : 'overview'
  return (
    <Page
      title={name}
      above={{ title: 'Credentials', path: '/credentials' }}
      heading={
        <span className={styles.heading}>
          {name} <StatusChip status={display_status} />
        </span>
      }
      actions={mayWrite && <CredentialActions credential={credential} actions={actions} onAsk={setAsking} />}
    >
      <Stack>
        <ReasonNotice credential={credential} onConnect={() => setAsking('connect')} actions={actions} />
        {status === 'paused' && (
          <Notice
            title="Paused"
            action={
              mayWrite && (
                <Button small busy={actions.busy === 'resume'} onClick={actions.resume}>
                  Resume
                </Button>
              )
            }
          >
            No token is handed out, sent or refreshed.
          </Notice>
        )}
        <Tabs
          label="Parts of the credential"
          value={tab}
          onChange={(id) => filters.set({ tab: id === 'overview' ? null : id })}
          panels={panels}
        />
      </Stack>
      {asking === 'connect' && <ConnectDialog name={name} onClose={close} />}
      {asking === 'rotate' && <RotateDialog credential={credential} onClose={close} />}
      {asking === 'delete' && <DeleteDialog credential={credential} onClose={close} />}
    </Page>
  )
}

function CredentialActions({
  credential,
  actions,
  onAsk,
}: {
  credential: Credential
  actions: ReturnType<typeof useActions>
  onAsk: (what: Asking) => void
}) {
  const [, navigate] = useLocation()
  const { name, status, token, secrets } = credential
  const isPersonal = needsPerson(credential)
  return (
    <>
      {isPersonal && status === 'needs_sign_in' ? (
        <Button
          tone="primary"
          icon={<UserRound size={16} aria-hidden="true" />}
          onClick={() => onAsk('connect')}
        >
          {token === null ? 'Connect' : 'Reconnect'}
        </Button>
      ) : (
        status !== 'paused' && (
          <Button
            icon={<RefreshCw size={16} aria-hidden="true" />}
            busy={actions.busy === 'refresh'}
            onClick={actions.refresh}
          >
            Refresh now
          </Button>
        )
      )}
      <ButtonLink icon={<Pencil size={16} aria-hidden="true" />} href={credentialPath(name, '/edit')}>
        Edit
      </ButtonLink>
      <Menu
        trigger={
          <IconButton name="More" tone="plain">
            <Ellipsis size={17} aria-hidden="true" />
          </IconButton>
        }
      >
        {isPersonal && (
          <MenuItem icon={<UserRound size={16} aria-hidden="true" />} onClick={() => onAsk('connect')}>
            {token === null ? 'Connect' : 'Reconnect'}
          </MenuItem>
        )}
        {Object.keys(secrets).length > 0 && (
          <MenuItem icon={<KeyRound size={16} aria-hidden="true" />} onClick={() => onAsk('rotate')}>
            Rotate a secret
          </MenuItem>
        )}
        <MenuItem
          icon={<Pencil size={16} aria-hidden="true" />}
          onClick={() => navigate(credentialPath(name, '/edit'))}
        >
          Edit
        </MenuItem>
        {status === 'paused' ? (
          <MenuItem icon={<CirclePlay size={16} aria-hidden="true" />} onClick={actions.resume}>
            Resume
          </MenuItem>
        ) : (
          <MenuItem icon={<CirclePause size={16} aria-hidden="true" />} onClick={actions.pause}>
            Pause
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem danger icon={<Trash2 size={16} aria-hidden="true" />} onClick={() => onAsk('delete')}>
          Delete
        </MenuItem>
      </Menu>
    </>
  )
}
