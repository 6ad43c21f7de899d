import { Send } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import fieldStyles from '../../form/field.module.css'
import { JsonField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Live } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ContactChip } from './chips.tsx'
import { type ContactResult, MARKETING_CLOUD } from './wire.ts'

const EXAMPLE = { key: 'test-contact', attributes: { Email: 'ada@example.com' } }

/** Sends one contact as a journey would; the activity receives it for real. */
export function TestContact({ activityKey }: { activityKey: string }) {
  const form = useForm<Record<string, unknown>>({ contact: EXAMPLE })
  const [result, setResult] = useState<ContactResult | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!form.isReadable()) return
    setBusy(true)
    setError(null)
    setResult(null)
    try {
      const path = `/activities/${encodeURIComponent(activityKey)}/execute`
      setResult(await callDoor(MARKETING_CLOUD, 'POST', path, { body: form.value.contact ?? {} }))
      await invalidateDoor(MARKETING_CLOUD)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Card
      title="Try one contact"
      note="It is sent for real, with the token where there is a security context."
    >
      <form className={fieldStyles.grid} onSubmit={send} noValidate>
        <JsonField
          form={form}
          at="/contact"
          label="Contact"
          lines={6}
          help="key, and what data binding reads: attributes, events, interactions, interactionDefaults."
        />
        <ProblemSummary form={form} error={error} />
        <div>
          <Button type="submit" busy={isBusy} icon={<Send size={16} aria-hidden="true" />}>
            Execute
          </Button>
        </div>
        <Live>{result && <Outcome result={result} />}</Live>
      </form>
    </Card>
  )
}

function Outcome({ result }: { result: ContactResult }) {
  const { status, attempts, branchResult, reason, note, outArguments, mayBeRepeated } = result
  return (
    <div className={fieldStyles.grid}>
      <Facts>
        <Fact name="Outcome">
          <ContactChip status={status} />
        </Fact>
        <Fact name="Requests made">
          {attempts}
          {mayBeRepeated && ', and it may have been received more than once'}
        </Fact>
        {branchResult !== undefined && <Fact name="Branch">{branchResult}</Fact>}
        {reason && (
          <Fact name="Reason">
            {reason.detail} <code>{reason.code}</code>
          </Fact>
        )}
        {note && <Fact name="Note">{note}</Fact>}
      </Facts>
      {outArguments && Object.keys(outArguments).length > 0 && (
        <CodeBlock label="out-arguments" text={JSON.stringify(outArguments, null, 2)} />
      )}
    </div>
  )
}
