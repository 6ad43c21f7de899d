import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleMinus } from 'lucide-react'
import { read } from '../../api/query.ts'
import { signInOptionsQuery } from '../../api/session.ts'
import { Stack } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { listOfQuery } from '../../table/list-card.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { SettingList } from './setting-list.tsx'

const ROLES = [
  { name: 'admin', may: 'Everything: callers, keys and settings included.' },
  { name: 'editor', may: 'Credentials and providers; may copy a token to try it.' },
  { name: 'viewer', may: 'Looks at credentials, their state and their records.' },
  { name: 'auditor', may: 'What a viewer sees, and the audit trail.' },
] as const

/** Ways into the console. They are set where the other settings are, and only shown here. */
export function SignInSetup() {
  const options = useQuery(signInOptionsQuery)
  const maySeeSettings = useMay('admin')
  const sso = options.data?.sso
  const callback = `${window.location.origin}/console/sso/callback`
  return (
    <Stack>
      <Card
        title="Single sign-on"
        note="With OpenID Connect. Keys and sign-in links work beside it."
        actions={
          sso ? (
            <Chip tone="good" icon={CircleCheck} text="On" />
          ) : (
            <Chip tone="rest" icon={CircleMinus} text="Off" />
          )
        }
      >
        {options.error ? (
          <ErrorNotice error={options.error} onRetry={options.refetch} />
        ) : options.data === undefined ? (
          <Skeleton />
        ) : (
          <Stack tight>
            <Facts>
              <Fact name="Identity provider">{sso ? sso.title : 'None is set'}</Fact>
            </Facts>
            <Quiet>Redirect URI, to be registered there</Quiet>
            <CodeBlock label="redirect URI" text={callback} />
          </Stack>
        )}
      </Card>
      {maySeeSettings && <SignInSettings />}
      <Card
        title="Roles"
        note="A role is a set of scopes. Somebody with several roles may do what any of them may."
      >
        <Facts>
          {ROLES.map(({ name, may }) => (
            <Fact key={name} name={name}>
              {may}
            </Fact>
          ))}
        </Facts>
      </Card>
    </Stack>
  )
}

function SignInSettings() {
  const list = listOfQuery(useQuery(read('/v1/settings')))
  return (
    <Card
      title="What to set"
      note="By flag, environment or file, on every node; it counts from the next start."
    >
      <SettingList
        label="Settings of the sign-in"
        list={{ ...list, rows: list.rows?.filter(({ name }) => /^(sso|session|console)/i.test(name)) }}
        empty={null}
      />
    </Card>
  )
}
