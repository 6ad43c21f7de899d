import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.ts'
import { Page } from '../../app/page.tsx'
import { mayDo } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { KeyRing } from './key-ring.tsx'
import { Nodes } from './nodes.tsx'
import { Sessions } from './sessions.tsx'
import { SettingsInForce } from './settings-in-force.tsx'
import { SignInSetup } from './sign-in-setup.tsx'

const PANELS = [
  { id: 'keys', title: 'Key ring', content: <KeyRing />, scope: 'admin' },
  { id: 'nodes', title: 'Nodes', content: <Nodes />, scope: 'credentials:read' },
  { id: 'sessions', title: 'Sessions', content: <Sessions />, scope: undefined },
  { id: 'sign-in', title: 'Sign-in', content: <SignInSetup />, scope: undefined },
  { id: 'values', title: 'Settings in force', content: <SettingsInForce />, scope: 'admin' },
] as const

/** How this installation is set up. What comes from flags, environment and files is shown, not changed. */
export default function Settings() {
  const filters = useUrlFilters()
  const { data: session } = useQuery(sessionQuery)
  const panels = PANELS.filter(({ scope }) => mayDo(session?.scopes ?? [], scope))
  const asked = filters.get('tab')
  const shown = panels.some(({ id }) => id === asked) ? asked : panels[0]!.id
  return (
    <Page title="Settings">
      <Tabs
        label="Settings"
        value={shown}
        onChange={(tab) => filters.set({ tab, q: null, origin: null })}
        panels={panels}
      />
    </Page>
  )
}
