import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useEffect, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import fieldStyles from '../../form/field.module.css'
import { SelectField, TextField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { decide, type Explanation } from './decision.ts'
import { DecisionTree } from './decision-tree.tsx'
import styles from './explain.module.css'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

type Question = { [Member in 'credential' | 'url' | 'method' | 'caller']?: string | undefined }

/** Would the token go there, and why. Asks Bursar's own matcher; sends nothing. */
export default function Explain() {
  const filters = useUrlFilters()
  const form = useForm<Question>(() => ({
    credential: filters.get('credential') || undefined,
    url: filters.get('url') || undefined,
    method: filters.get('method') || 'GET',
    caller: filters.get('caller') || undefined,
  }))
  const { credential = '', url = '', method = 'GET', caller = '' } = form.value
  const names = useNames(credential)
  const mayListCallers = useMay('admin')
  const { data: callers } = useQuery({ ...read('/v1/callers'), enabled: mayListCallers })
  const [answer, setAnswer] = useState<{ question: Question; explanation: Explanation } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  const ask = async () => {
    setBusy(true)
    setError(null)
    // What stands behind the "?" may be secret and decides nothing: it stays out of the address.
    filters.set({
      credential,
      url: url.split(/[?#]/, 1)[0],
      method: method === 'GET' ? null : method,
      caller,
    })
    try {
      const explanation = await call('POST', '/v1/explain', { body: { credential, url, method } })
      setAnswer({ question: form.value, explanation })
    } catch (failure) {
      setAnswer(null)
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const isFirst = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for an address that holds a whole question
  useEffect(() => {
    if (isFirst.current && credential !== '' && url !== '') void ask()
    isFirst.current = false
  }, [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void ask()
  }
  const asker = callers?.items.find(({ id }) => id === answer?.question.caller) ?? null
  return (
    <Page
      title="Explain"
      note="Would the token of a credential go with a request, and which rule says so? Nothing is sent."
    >
      <div className={styles.columns}>
        <form onSubmit={submit} noValidate>
          <Card>
            <div className={fieldStyles.grid}>
              <TextField
                form={form}
                at="/credential"
                label="Credential"
                required
                suggestions={names}
                placeholder="sales-email"
              />
              <TextField
                form={form}
                at="/url"
                label="URL"
                required
                code
                lines={3}
                placeholder="https://api.example.com/v1/orders/42"
              />
              <div className={fieldStyles.pair}>
                <SelectField
                  form={form}
                  at="/method"
                  label="Method"
                  options={METHODS.map((value) => ({ value, title: value }))}
                />
                {mayListCallers && (
                  <SelectField
                    form={form}
                    at="/caller"
                    label="Caller"
                    none="Anybody"
                    options={(callers?.items ?? []).map(({ id, name }) => ({
                      value: id,
                      title: `${name} (${id})`,
                    }))}
                  />
                )}
              </div>
              <ProblemSummary form={form} error={error} />
              <div>
                <Button type="submit" tone="primary" busy={isBusy}>
                  Explain
                </Button>
              </div>
            </div>
          </Card>
        </form>
        <div aria-live="polite">
          {answer === null ? (
            <div className={styles.waiting}>
              <p>Paste a URL, name a credential: here stands the way to the decision, step by step.</p>
            </div>
          ) : (
            <DecisionTree
              decision={decide(answer.explanation, answer.question.credential ?? '', asker, Date.now())}
              credential={answer.question.credential ?? ''}
            />
          )}
        </div>
      </div>
    </Page>
  )
}

function useNames(typed: string): string[] {
  const q = useDeferredValue(typed.trim())
  const { data } = useQuery({
    ...read('/v1/credentials', { query: { q, limit: 20 } }),
    placeholderData: keepPreviousData,
  })
  return data?.items.map(({ name }) => name) ?? []
}
