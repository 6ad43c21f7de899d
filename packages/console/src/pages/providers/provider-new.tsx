import { useQuery } from '@tanstack/react-query'
import { FilePlus2 } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { PRESETS } from './presets.ts'
import { ProviderEditor, type ProviderValue } from './provider-editor.tsx'
import { PresetCards } from './provider-list.tsx'
import styles from './providers.module.css'

const ABOVE = { title: 'Providers', path: '/providers' }

/** Begins a provider: with a preset (`?from=`), with another provider (`?clone=`), or with nothing. */
export default function ProviderNew() {
  const filters = useUrlFilters()
  const [from, clone] = [filters.get('from'), filters.get('clone')]
  const preset = PRESETS.find(({ id }) => id === from)
  if (clone !== '') return <Clone name={clone} />
  if (from === 'nothing') return <Create initial={{ recipe: { grant: 'client_credentials' } }} />
  if (preset !== undefined) {
    const { id, title, recipe } = preset
    return <Create initial={{ name: id, title, recipe }} />
  }
  return (
    <Page title="Create a provider" above={ABOVE} note="What should it begin with?">
      <Link href="/providers/new?from=nothing" className={styles.preset}>
        <span className={styles.presetTitle}>
          An empty recipe <FilePlus2 size={16} aria-hidden="true" />
        </span>
        <span className={styles.quiet}>Any token endpoint, however odd: the workbench helps.</span>
      </Link>
      <PresetCards presets={PRESETS} />
    </Page>
  )
}

function Clone({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(read('/v1/providers/{name}', { params: { name } }))
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  if (data === undefined) return <Skeleton lines={6} />
  const { title, description, recipe } = data
  return (
    <Create
      initial={{
        name: `${name}-copy`,
        ...(title !== null && { title }),
        ...(description !== null && { description }),
        recipe,
      }}
    />
  )
}

function Create({ initial }: { initial: ProviderValue }) {
  const [, navigate] = useLocation()
  return (
    <ProviderEditor
      title="Create a provider"
      above={ABOVE}
      initial={initial}
      isNew
      verb="Create the provider"
      onSave={async (body) => {
        const { name } = await call('POST', '/v1/providers', { body })
        await invalidate('/v1/providers', '/v1/facets')
        toast.done(`${name} is there`, 'Credentials can name it now.')
        return () => navigate(`/providers/${encodeURIComponent(name)}`)
      }}
    />
  )
}
