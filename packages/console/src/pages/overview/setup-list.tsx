import { Circle, CircleCheck } from 'lucide-react'
import { Link } from 'wouter'
import { Card } from '../../ui/card.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

const PLACES: Readonly<Record<string, string>> = {
  caller: '/callers',
  provider: '/providers',
  credential: '/credentials/new',
  token: '/credentials',
  destination: '/credentials',
  use: '/credentials',
}

/** The way from an empty instance to the first request with a token; gone once it has been walked. */
export function SetupList({ setup }: Pick<OverviewData, 'setup'>) {
  const done = setup.steps.filter((step) => step.done).length
  return (
    <Card title="Get started" note={`${done} of ${setup.steps.length} done`}>
      <ol className={styles.setup}>
        {setup.steps.map((step) => (
          <li key={step.id} data-done={step.done || undefined}>
            {step.done ? (
              <CircleCheck size={18} aria-hidden="true" />
            ) : (
              <Circle size={18} aria-hidden="true" />
            )}
            {step.done ? (
              <span>
                {step.title}
                <span className="visually-hidden">, done</span>
              </span>
            ) : (
              <Link href={PLACES[step.id] ?? '/'}>{step.title}</Link>
            )}
          </li>
        ))}
      </ol>
    </Card>
  )
}
