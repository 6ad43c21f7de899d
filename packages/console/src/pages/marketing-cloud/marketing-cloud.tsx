import { Page } from '../../app/page.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { Activities } from './activities.tsx'
import { SaltKeys } from './salt-keys.tsx'
import { SecurityContexts } from './security-contexts.tsx'

const TABS = ['activities', 'contexts', 'salt-keys']

/** Security contexts and custom activities, as Marketing Cloud calls things. */
export default function MarketingCloud() {
  const filters = useUrlFilters()
  const asked = filters.get('tab')
  return (
    <Page
      title="Marketing Cloud"
      note="Custom activities that journeys call, and the security contexts whose tokens go along."
    >
      <Tabs
        label="Marketing Cloud"
        value={TABS.includes(asked) ? asked : 'activities'}
        onChange={(tab) => filters.set({ tab: tab === 'activities' ? null : tab })}
        panels={[
          { id: 'activities', title: 'Activities', content: <Activities /> },
          { id: 'contexts', title: 'Security contexts', content: <SecurityContexts /> },
          { id: 'salt-keys', title: 'Salt keys', content: <SaltKeys /> },
        ]}
      />
    </Page>
  )
}
