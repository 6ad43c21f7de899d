import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { BarPlot } from './bar-plot.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** Tokens that are renewed and tokens that end: by hour for a day, by day for ninety. */
export function Upcoming({ upcoming }: Pick<OverviewData, 'upcoming'>) {
  const [span, setSpan] = useState<'hours' | 'days'>('hours')
  const spans = upcoming[span]
  const format = span === 'hours' ? hour : day
  const sum = (of: 'expires' | 'refreshes') => spans.reduce((total, one) => total + one[of], 0)
  const when = span === 'hours' ? 'the next 24 hours' : 'the next 90 days'
  return (
    <Card
      title="What comes next"
      note={`${sum('refreshes').toLocaleString('en')} renewals and ${sum('expires').toLocaleString('en')} ends in ${when}.`}
      actions={
        <fieldset className={styles.switch}>
          <legend className="visually-hidden">Span of time</legend>
          <Button
            small
            tone={span === 'hours' ? 'plain' : 'quiet'}
            aria-pressed={span === 'hours'}
            onClick={() => setSpan('hours')}
          >
            24 hours
          </Button>
          <Button
            small
            tone={span === 'days' ? 'plain' : 'quiet'}
            aria-pressed={span === 'days'}
            onClick={() => setSpan('days')}
          >
            90 days
          </Button>
        </fieldset>
      }
    >
      <BarPlot
        label={`Renewals and ends in ${when}`}
        series={[
          { id: 'refreshes', title: 'Renewals', tone: 'accent' },
          { id: 'expires', title: 'Ends', tone: 'warn' },
        ]}
        points={spans.map(({ from, refreshes, expires }) => ({
          at: format.format(new Date(from)),
          values: { refreshes, expires },
        }))}
      />
    </Card>
  )
}
