import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Page } from '../../app/page.tsx'
import fieldStyles from '../../form/field.module.css'
import { JsonField, TextField } from '../../form/inputs.tsx'
import { apiDescriptionQuery } from '../../form/json-schema.ts'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm, useUnsavedGuard } from '../../form/use-form.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import styles from './providers.module.css'
import { RecipeForm } from './recipe-form.tsx'
import { Workbench } from './workbench/workbench.tsx'

export type ProviderValue = {
  name?: string
  title?: string
  description?: string
  recipe: Record<string, unknown>
}

interface ProviderEditorProps {
  title: string
  above: { title: string; path: string }
  initial: ProviderValue
  verb: string
  isNew?: boolean
  notice?: ReactNode
  /** Saves; answers what to do then, or null where nothing was saved and the page says why. */
  onSave: (body: unknown) => Promise<(() => void) | null>
}

/** Name and recipe of a provider in three views of the same thing: a form, the workbench, and JSON. */
export function ProviderEditor({ title, above, initial, verb, isNew, notice, onSave }: ProviderEditorProps) {
  const form = useForm<ProviderValue>(initial)
  const { data: api, error: apiError, refetch } = useQuery(apiDescriptionQuery)
  const filters = useUrlFilters()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  useUnsavedGuard(form.isDirty && !isBusy)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!form.isReadable()) return
    setBusy(true)
    setError(null)
    try {
      const { name, title: words = null, description = null, recipe } = form.value
      const then = await onSave({ ...(name !== undefined && { name }), title: words, description, recipe })
      form.setProblems([])
      then?.()
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  if (apiError) return <ErrorNotice error={apiError} onRetry={refetch} />
  if (api === undefined) return <Skeleton lines={8} />
  return (
    <form onSubmit={submit} noValidate>
      <Page
        title={title}
        above={above}
        width="full"
        actions={
          <Button type="submit" tone="primary" busy={isBusy}>
            {verb}
          </Button>
        }
      >
        {notice}
        <ProblemSummary form={form} error={error} />
        <Card>
          <div className={fieldStyles.pair}>
            {isNew && (
              <TextField form={form} at="/name" label="Name" required help="Credentials name it by this." />
            )}
            <TextField form={form} at="/title" label="Title" placeholder="The CRM of sales" />
            <TextField form={form} at="/description" label="For the person who connects" />
          </div>
        </Card>
        <div className={styles.views}>
          <Tabs
            label="Recipe"
            value={filters.get('view') || 'form'}
            onChange={(view) => filters.set({ view: view === 'form' ? null : view })}
            panels={[
              { id: 'form', title: 'Recipe', content: <RecipeForm api={api} form={form} /> },
              { id: 'workbench', title: 'Workbench', content: <Workbench form={form} /> },
              {
                id: 'json',
                title: 'JSON',
                content: (
                  <Card>
                    <JsonField
                      form={form}
                      at="/recipe"
                      label="Recipe"
                      lines={24}
                      help="The same recipe as in the other views."
                    />
                  </Card>
                ),
              },
            ]}
          />
        </div>
      </Page>
    </form>
  )
}
