import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { CircleCheck, CircleX } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { Columns } from '../../app/page.tsx'
import { SelectField, TextField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { type Credential, credentialPath } from './credential.ts'
import styles from './detail.module.css'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

export function DestinationsPanel({ credential }: { credential: Credential }) {
  const { name, destinations } = credential
  return (
    <Columns>
      <Card
        title="Rules"
        note="The token goes below these URLs and nowhere else."
        actions={
          <ButtonLink small href={credentialPath(name, '/edit')}>
            Edit
          </ButtonLink>
        }
      >
        {destinations.length === 0 ? (
          <p className={styles.quiet}>There is none: the token is handed out to callers, and sent nowhere.</p>
        ) : (
          <ul className={styles.rules}>
            {destinations.map((rule) => {
              const { url, methods } = typeof rule === 'string' ? { url: rule, methods: null } : rule
              return (
                <li key={JSON.stringify(rule)} className={styles.rule}>
                  <code>{url}</code>
                  <Chip text={methods?.join(', ') ?? 'all methods'} />
                </li>
              )
            })}
          </ul>
        )}
      </Card>
      <Card
        title="Try a URL"
        note="The decision of the proxy, with the rule that made it. Nothing is sent there."
      >
        <UrlTester name={name} />
      </Card>
    </Columns>
  )
}

type Explanation = AnswerOf<'explain'>

function UrlTester({ name }: { name: string }) {
  const form = useForm<{ url?: string; method: string }>({ method: 'GET' })
  const [answer, setAnswer] = useState<Explanation | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const ask = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    setAnswer(null)
    try {
      setAnswer(await call('POST', '/v1/explain', { body: { credential: name, url: '', ...form.value } }))
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <form onSubmit={ask} noValidate className={styles.tester}>
        <TextField
          form={form}
          at="/url"
          label="URL"
          code
          placeholder="https://api.example.com/v1/items?page=2"
        />
        <SelectField
          form={form}
          at="/method"
          label="Method"
          options={METHODS.map((value) => ({ value, title: value }))}
        />
        <Button type="submit" tone="primary" busy={isBusy}>
          Try
        </Button>
      </form>
      <div role="status">
        {answer && (
          <div className={styles.answer}>
            <p>
              {answer.allowed ? (
                <Chip tone="good" icon={CircleCheck} text="The token may go there" />
              ) : (
                <Chip tone="bad" icon={CircleX} text="The token does not go there" />
              )}
            </p>
            <ul className={styles.reasons}>
              {answer.reasons.map(({ code, detail, rule }) => (
                <li key={code + rule}>
                  {rule && <code>{rule}</code>} {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <ProblemSummary form={form} error={error} />
    </>
  )
}
