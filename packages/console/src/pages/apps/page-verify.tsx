import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { CircleCheck, CircleX, ShieldCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { Columns, Stack } from '../../app/page.tsx'
import fieldStyles from '../../form/field.module.css'
import { SecretField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Live } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { readJwt } from './read-jwt.ts'
import { TimeClaims } from './time-claims.tsx'

type Check = AnswerOf<'checkAppToken'>

/** Reads a JWT in this browser, and asks Bursar whether it holds. What was pasted goes once it was asked about. */
export function PageVerify({ name }: { name: string }) {
  const form = useForm<{ token?: string }>({})
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [checked, setChecked] = useState<{ check: Check; jwt: ReturnType<typeof readJwt> } | null>(null)
  const pasted = form.value.token?.trim() ?? ''
  const jwt = pasted === '' ? (checked?.jwt ?? null) : readJwt(pasted)
  const verify = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const check = await call('POST', '/v1/app-pages/{name}/verify', {
        params: { name },
        body: { token: pasted },
      })
      setChecked({ check, jwt: readJwt(pasted) })
      form.reset({})
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack>
      <Card
        title="Verify a JWT"
        note="What it says is read in this browser; Bursar is asked when you press the button."
      >
        <form className={fieldStyles.grid} onSubmit={verify} noValidate>
          <SecretField form={form} at="/token" label="JWT" required lines={5} />
          <ProblemSummary form={form} error={error} />
          <div>
            <Button
              type="submit"
              tone="primary"
              busy={isBusy}
              icon={<ShieldCheck size={16} aria-hidden="true" />}
            >
              Verify
            </Button>
          </div>
        </form>
      </Card>
      <Live>
        {checked !== null && pasted === '' && (
          <Notice
            tone={checked.check.active ? 'good' : 'bad'}
            title={checked.check.active ? 'It holds.' : checked.check.detail}
            action={
              checked.check.active ? (
                <Chip tone="good" icon={CircleCheck} text="Active" />
              ) : (
                <Chip tone="bad" icon={CircleX} text={checked.check.reason ?? 'Not active'} />
              )
            }
          >
            {checked.check.active
              ? 'Signature, times and, in standard mode, issuer and audience are those of this page; it is not revoked.'
              : 'Whoever verifies it here is told so.'}
          </Notice>
        )}
      </Live>
      {jwt !== null && <Decoded jwt={jwt} />}
    </Stack>
  )
}

function Decoded({ jwt }: { jwt: NonNullable<ReturnType<typeof readJwt>> }) {
  return (
    <>
      <TimeClaims claims={jwt.claims} />
      <Columns>
        <Card title="Claims">
          <CodeBlock label="claims" text={JSON.stringify(jwt.claims, null, 2)} />
        </Card>
        <Card title="Header">
          <CodeBlock label="header" text={JSON.stringify(jwt.header, null, 2)} />
        </Card>
      </Columns>
    </>
  )
}
