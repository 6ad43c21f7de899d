import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { readDoor } from '../../api/door.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { ContactChip } from './chips.tsx'
import { type Contacts, textOfLines } from './contacts.ts'
import styles from './failing-lines.module.css'
import { type ContactResult, MARKETING_CLOUD } from './wire.ts'

const SHOWN = 50

/** Lines that did not go through, with what stood on them where the contacts are at hand. */
export function FailingLines({
  path,
  contacts,
  refetchInterval,
}: {
  /** Of the run. */
  path: string
  contacts: Contacts | undefined
  refetchInterval: number | false
}) {
  const { data, error } = useQuery({
    ...readDoor<ContactResult[]>(MARKETING_CLOUD, `${path}/results`, { query: { status: 'failed,invalid' } }),
    refetchInterval,
  })
  const failing = [...(data ?? [])].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  const texts = useTexts(contacts, failing)
  if (error) return <ErrorNotice error={error} />
  if (failing.length === 0) return null
  const download = () => {
    const lines = failing.map(({ line }) => texts.get(line ?? 0)).filter((text) => text !== undefined)
    const blob = new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' })
    const href = URL.createObjectURL(blob)
    Object.assign(document.createElement('a'), { href, download: 'failing-lines.ndjson' }).click()
    URL.revokeObjectURL(href)
  }
  return (
    <Card
      title="Lines that did not go through"
      note="Mend them, and start a run with them alone."
      actions={
        texts.size > 0 && (
          <Button icon={<Download size={15} aria-hidden="true" />} onClick={download}>
            Download these lines
          </Button>
        )
      }
    >
      <ol className={styles.lines} aria-label="Lines that did not go through">
        {failing.slice(0, SHOWN).map(({ line, contactKey, status, reason }) => (
          <li key={`${line} ${contactKey}`} className={styles.line}>
            <span className={styles.number}>{line ?? '–'}</span>
            <div className={styles.words}>
              <p className={styles.why}>
                <ContactChip status={status} /> {reason?.detail}
              </p>
              {texts.has(line ?? 0) && <code className={styles.text}>{texts.get(line ?? 0)}</code>}
            </div>
          </li>
        ))}
      </ol>
      {failing.length > SHOWN && <Quiet>And {(failing.length - SHOWN).toLocaleString('en')} more.</Quiet>}
    </Card>
  )
}

function useTexts(
  contacts: Contacts | undefined,
  failing: readonly ContactResult[],
): ReadonlyMap<number, string> {
  const [texts, setTexts] = useState<ReadonlyMap<number, string>>(new Map())
  const wanted = failing.map(({ line }) => line ?? 0).join()
  useEffect(() => {
    if (contacts === undefined || wanted === '') return
    let isCurrent = true
    void textOfLines(contacts.blob, new Set(wanted.split(',').map(Number))).then(
      (found) => isCurrent && setTexts(found),
    )
    return () => {
      isCurrent = false
    }
  }, [contacts, wanted])
  return texts
}
