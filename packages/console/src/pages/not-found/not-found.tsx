import { MapPinOff } from 'lucide-react'
import { Page } from '../../app/page.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'

export function NotFound() {
  return (
    <Page title="Not found">
      <NothingYet
        icon={MapPinOff}
        title="There is no such page"
        action={<ButtonLink href="/">Go to the overview</ButtonLink>}
      >
        It may have been renamed, or the link lost a part on its way.
      </NothingYet>
    </Page>
  )
}
