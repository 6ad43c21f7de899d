import { Card, Fact, Facts } from '../../ui/card.tsx'
import { BarPlot } from './bar-plot.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const ms = (value: number | undefined): string =>
  value === undefined ? '–' : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`

/** Token requests of the last hour, as this node counted them. */
export function Traffic({ traffic: { hour, day, node_id } }: Pick<OverviewData, 'traffic'>) {
  return (
    <Card title="Token requests" note={`Of the last hour, at node ${node_id}.`}>
      <div className={styles.traffic}>
        <Facts>
          <Fact name="Requests">
            <span className={styles.big}>{hour.requests.toLocaleString('en')}</span>
          </Fact>
          <Fact name="Refused">
            <span className={styles.big}>{hour.refused.toLocaleString('en')}</span>
          </Fact>
          <Fact name="p50 · p99">
            <span className={styles.big}>
              {ms(hour.latency_ms?.p50)} · {ms(hour.latency_ms?.p99)}
            </span>
          </Fact>
          <Fact name="Last day">
            <span className={styles.big}>{day.requests.toLocaleString('en')}</span>
          </Fact>
        </Facts>
        {hour.requests > 0 && (
          <BarPlot
            label="Token requests of the last hour"
            series={[
              { id: 'served', title: 'Served', tone: 'accent' },
              { id: 'refused', title: 'Refused', tone: 'bad' },
            ]}
            points={hour.points.map(({ from, requests, refused }) => ({
              at: clock.format(new Date(from)),
              values: { served: requests - refused, refused },
            }))}
          />
        )}
      </div>
    </Card>
  )
}
