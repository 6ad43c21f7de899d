import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { Card } from '../../ui/card.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

const LOOKS = {
  ok: { icon: CircleCheck, tone: 'good', text: 'OK' },
  warning: { icon: TriangleAlert, tone: 'warn', text: 'Warning' },
  failed: { icon: CircleX, tone: 'bad', text: 'Failed' },
} as const

const NAMES: Readonly<Record<string, string>> = {
  database: 'Database',
  spool: 'Spool',
  key_ring: 'Key ring',
  clock: 'Clock',
  nodes: 'Nodes',
}

export function Health({ health }: Pick<OverviewData, 'health'>) {
  return (
    <Card title="Health" actions={<Chip {...LOOKS[health.status]} />}>
      <ul className={styles.checks}>
        {health.checks.map(({ name, state, detail }) => {
          const { icon: Icon, tone, text } = LOOKS[state]
          return (
            <li key={name} data-tone={tone}>
              <Icon size={17} aria-hidden="true" />
              <span>
                <strong>{NAMES[name] ?? name}</strong>
                <span className="visually-hidden">: {text}</span>
                <span className={styles.detail}>{detail}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
