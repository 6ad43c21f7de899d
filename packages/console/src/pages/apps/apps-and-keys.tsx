import { Page } from '../../app/page.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { SigningKeys } from './signing-keys.tsx'
import { TokenPages } from './token-pages.tsx'

const JWKS = '/.well-known/jwks.json'

/** Who gets JWTs from Bursar, and what they are signed with. */
export default function AppsAndKeys() {
  const filters = useUrlFilters()
  const tab = filters.get('tab') === 'keys' ? 'keys' : 'pages'
  return (
    <Page
      title="Apps & keys"
      note="A token page gives an app a signed JWT for its client id and secret. Who verifies takes the public keys from the JWKS."
      actions={<CopyButton text={window.location.origin + JWKS} label="Copy JWKS address" />}
    >
      <Tabs
        label="Apps and keys"
        value={tab}
        onChange={(next) => filters.set({ tab: next === 'pages' ? null : next })}
        panels={[
          { id: 'pages', title: 'Token pages', content: <TokenPages /> },
          { id: 'keys', title: 'Signing keys', content: <SigningKeys /> },
        ]}
      />
    </Page>
  )
}
