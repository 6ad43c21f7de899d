import { Pencil, Plus, StickyNote, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { removeResource } from '../remove-resource.ts'
import { titleOfOperator } from './comparison-operators.ts'
import { ComponentForm } from './component-form.tsx'
import { useDelegateTitles } from './delegates.ts'
import { NotesDialog } from './notes.tsx'
import styles from './rule-parts.module.css'
import { readSettings } from './settings-document.ts'
import { REACTOR, type Resource, type RuleComponent } from './wire.ts'

type Part = Resource<RuleComponent>
type Kind = 'conditions' | 'actions'

const kindOf = ({ attributes }: Part): Kind =>
  attributes.delegate_descriptor_id.split('::')[1] === 'conditions' ? 'conditions' : 'actions'

const byOrder = (a: Part, b: Part): number => a.attributes.order - b.attributes.order

type Asking = { what: 'make'; kind: Kind } | { what: 'change' | 'delete' | 'notes'; part: Part }

/** What a rule is made of, in the order in which it counts: when, if, then. */
export function RuleParts({
  ruleId,
  propertyId,
  components,
  mayChange,
}: {
  ruleId: string
  propertyId: string
  components: readonly Part[]
  mayChange: boolean
}) {
  const [asking, setAsking] = useState<Asking | null>(null)
  const close = () => setAsking(null)
  const of = (kind: Kind) => components.filter((part) => kindOf(part) === kind).sort(byOrder)
  const nextOrder = Math.max(-1, ...components.map(({ attributes }) => attributes.order)) + 1
  const remove = ({ id, attributes }: Part) =>
    removeResource(REACTOR, `/rule_components/${id}`, attributes.name)
  const list = (kind: Kind) => (
    <Parts parts={of(kind)} mayChange={mayChange} onAsk={(what, part) => setAsking({ what, part })} />
  )
  const add = (kind: Kind, title: string) =>
    mayChange && (
      <Button
        small
        icon={<Plus size={15} aria-hidden="true" />}
        onClick={() => setAsking({ what: 'make', kind })}
      >
        {title}
      </Button>
    )
  return (
    <Card title="What it does">
      <ol className={styles.steps}>
        <Step word="When">
          <p>An event is posted to the environment that this rule was built for.</p>
        </Step>
        <Step word="If" action={add('conditions', 'Add a condition')}>
          {of('conditions').length === 0 ? <Quiet>Always: there is no condition.</Quiet> : list('conditions')}
        </Step>
        <Step word="Then" action={add('actions', 'Add an action')}>
          {of('actions').length === 0 ? <Quiet>Nothing: there is no action yet.</Quiet> : list('actions')}
        </Step>
      </ol>
      {asking?.what === 'make' && (
        <ComponentForm
          kind={asking.kind}
          ruleId={ruleId}
          propertyId={propertyId}
          order={nextOrder}
          onClose={close}
        />
      )}
      {asking?.what === 'change' && (
        <ComponentForm
          kind={kindOf(asking.part)}
          ruleId={ruleId}
          propertyId={propertyId}
          part={asking.part}
          onClose={close}
        />
      )}
      {asking?.what === 'notes' && (
        <NotesDialog
          path={`/rule_components/${asking.part.id}`}
          of={asking.part.attributes.name}
          onClose={close}
        />
      )}
      {asking?.what === 'delete' && (
        <Confirm
          open
          onClose={close}
          title={`Delete ${asking.part.attributes.name}?`}
          verb="Delete it"
          danger
          onConfirm={() => remove(asking.part)}
        >
          <p>Builds that have it run on as they are.</p>
        </Confirm>
      )}
    </Card>
  )
}

const Step = ({ word, action, children }: { word: string; action?: ReactNode; children: ReactNode }) => (
  <li className={styles.step}>
    <h3 className={styles.word}>{word}</h3>
    <div className={styles.content}>
      {children}
      {action && <div>{action}</div>}
    </div>
  </li>
)

function Parts({
  parts,
  mayChange,
  onAsk,
}: {
  parts: readonly Part[]
  mayChange: boolean
  onAsk: (what: 'change' | 'delete' | 'notes', part: Part) => void
}) {
  const titleOf = useDelegateTitles()
  return (
    <ul className={styles.parts}>
      {parts.map((part) => {
        const { name, delegate_descriptor_id, settings, negate } = part.attributes
        return (
          <li key={part.id} className={styles.part}>
            <div className={styles.words}>
              <p>
                <strong>{name}</strong> <Quiet>{titleOf(delegate_descriptor_id)}</Quiet>
              </p>
              <p className={styles.summary}>
                {negate && <em>Not: </em>}
                <code>{summaryOf(settings)}</code>
              </p>
            </div>
            <div className={styles.actions}>
              <IconButton name={`Notes on ${name}`} small onClick={() => onAsk('notes', part)}>
                <StickyNote size={16} aria-hidden="true" />
              </IconButton>
              {mayChange && (
                <>
                  <IconButton name={`Change ${name}`} small onClick={() => onAsk('change', part)}>
                    <Pencil size={16} aria-hidden="true" />
                  </IconButton>
                  <IconButton name={`Delete ${name}`} small onClick={() => onAsk('delete', part)}>
                    <Trash2 size={16} aria-hidden="true" />
                  </IconButton>
                </>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** A line that says what it does; of a delegate that is not known here, its settings. */
function summaryOf(text: string): string {
  const settings = readSettings(text) as {
    method?: string
    url?: string
    leftOperand?: string
    comparison?: { operator?: string }
    rightOperand?: unknown
  }
  if (settings.url !== undefined) return `${settings.method} ${settings.url}`
  if (settings.comparison !== undefined) {
    const { leftOperand, comparison, rightOperand } = settings
    return [leftOperand, titleOfOperator(comparison.operator), rightOperand]
      .filter((one) => one !== undefined)
      .join(' ')
  }
  return JSON.stringify(settings)
}
