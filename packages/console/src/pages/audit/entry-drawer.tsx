import { Filter } from 'lucide-react'
import { useRef } from 'react'
import { Link } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { Time } from '../../ui/time.tsx'
import { pathOfSubject } from './actions.ts'
import styles from './audit.module.css'
import type { AuditEntry } from './audit-entry.ts'

/** One line of the trail with all that it says. */
export function EntryDrawer({
  entry,
  before,
  nameOf,
  onClose,
  onNarrow,
}: {
  entry: AuditEntry | undefined
  /** The line before it, where that is loaded. */
  before: AuditEntry | undefined
  nameOf: (actor: string) => string
  onClose: () => void
  onNarrow: (name: 'actor' | 'action' | 'subject', value: string) => void
}) {
  const last = useRef(entry)
  if (entry !== undefined) last.current = entry
  // While it goes out it still says what it said.
  const shown = entry ?? last.current
  return (
    <Drawer open={entry !== undefined} onClose={onClose} title={shown?.action ?? ''}>
      {shown && <EntryDetail entry={shown} before={before} nameOf={nameOf} onNarrow={onNarrow} />}
    </Drawer>
  )
}

function EntryDetail({
  entry: { seq, at, actor, action, subject, detail, hash },
  before,
  nameOf,
  onNarrow,
}: {
  entry: AuditEntry
  before: AuditEntry | undefined
  nameOf: (actor: string) => string
  onNarrow: (name: 'actor' | 'action' | 'subject', value: string) => void
}) {
  const path = pathOfSubject(action, subject)
  const name = nameOf(actor)
  const hasDetail = Object.keys(detail).length > 0
  return (
    <>
      <Facts>
        <Fact name="On">{path ? <Link href={path}>{subject}</Link> : subject}</Fact>
        <Fact name="Who">
          {name} {name !== actor && <code className={styles.quiet}>{actor}</code>}
        </Fact>
        <Fact name="When">
          <Time at={at} />
          <div className={styles.quiet}>{at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</div>
        </Fact>
        <Fact name="Number">{seq}</Fact>
      </Facts>
      <div className={styles.narrow}>
        <Button
          small
          icon={<Filter size={14} aria-hidden="true" />}
          onClick={() => onNarrow('subject', subject)}
        >
          All on {subject}
        </Button>
        <Button small icon={<Filter size={14} aria-hidden="true" />} onClick={() => onNarrow('actor', actor)}>
          All by {name}
        </Button>
        <Button
          small
          icon={<Filter size={14} aria-hidden="true" />}
          onClick={() => onNarrow('action', action)}
        >
          All {action}
        </Button>
      </div>
      {hasDetail && <CodeBlock label="detail" text={JSON.stringify(detail, null, 2)} />}
      <div>
        <h3>Seal</h3>
        <p className={styles.hash}>
          <code>{hash}</code> <CopyButton text={hash} name="Copy the hash" />
        </p>
        <p className={styles.quiet}>
          SHA-256 over this line and the hash of{' '}
          {before?.seq === seq - 1 ? `line ${before.seq}` : 'the line before'}.
        </p>
      </div>
    </>
  )
}
