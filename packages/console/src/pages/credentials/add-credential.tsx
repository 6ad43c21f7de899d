import { useQuery } from '@tanstack/react-query'
import { useSearch } from 'wouter'
import { Page, Stack } from '../../app/page.tsx'
import { apiDescriptionQuery } from '../../form/json-schema.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { AddForm } from './add-form.tsx'
import { KindPicker } from './kind-picker.tsx'
import { kindOf } from './kinds.ts'
import { takePasted } from './paste.ts'
import { PasteForm } from './paste-form.tsx'
import { PresetForm } from './preset-form.tsx'

/** First what it is, then its form. What was chosen stands in the address. */
export default function AddCredential() {
  const search = new URLSearchParams(useSearch())
  const api = useQuery(apiDescriptionQuery)
  const kind = kindOf(search.get('kind') ?? '')
  const preset = search.get('provider')
  const isPasting = search.has('paste')
  const above = { title: 'Credentials', path: '/credentials' }
  if (kind === undefined && preset === null) {
    return (
      <Page title="Add credentials" above={above} width="narrow">
        {isPasting ? <PasteForm /> : <KindPicker />}
      </Page>
    )
  }
  return (
    <Page
      title={`Add ${kind?.title ?? preset}`}
      above={{ title: 'Add credentials', path: '/credentials/new' }}
      width="narrow"
      note={kind?.note}
    >
      <Stack>
        {api.error ? (
          <ErrorNotice error={api.error} onRetry={api.refetch} />
        ) : !api.data ? (
          <Skeleton lines={8} />
        ) : preset !== null ? (
          <PresetForm key={preset} api={api.data} name={preset} />
        ) : (
          kind && <AddForm key={kind.id} api={api.data} kind={kind} pasted={takePasted(kind.id)} />
        )}
      </Stack>
    </Page>
  )
}
