import { useState } from 'react'
import { Columns } from '../../app/page.tsx'
import { Card } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'
import { snippetsOf } from './snippets.ts'
import { UsedBy } from './used-by.tsx'

export function UsePanel({ credential }: { credential: Credential }) {
  const [shown, setShown] = useState('curl')
  return (
    <Columns>
      <Card title="How to use it" note="BURSAR_KEY is the key of a caller that may use this credential.">
        <Tabs
          label="Ways to use it"
          value={shown}
          onChange={setShown}
          panels={snippetsOf(credential, window.location.origin).map(({ id, title, note, text }) => ({
            id,
            title,
            content: (
              <div className={styles.steps}>
                <p className={styles.quiet}>{note}</p>
                <CodeBlock label={title} text={text} />
              </div>
            ),
          }))}
        />
      </Card>
      <Card title="Who uses it">
        <UsedBy name={credential.name} />
      </Card>
    </Columns>
  )
}
