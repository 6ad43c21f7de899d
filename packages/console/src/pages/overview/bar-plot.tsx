import styles from './overview.module.css'

interface BarPlotProps {
  label: string
  series: ReadonlyArray<{ id: string; title: string; tone: 'accent' | 'warn' | 'bad' }>
  points: ReadonlyArray<{ at: string; values: Readonly<Record<string, number>> }>
}

const [WIDTH, HEIGHT] = [960, 150]
const MARKS = 4

/** Bars on each other along time, with a table of the same numbers for whoever does not see them. */
export function BarPlot({ label, series, points }: BarPlotProps) {
  const sums = points.map(({ values }) => series.reduce((total, { id }) => total + (values[id] ?? 0), 0))
  const top = roundUp(Math.max(1, ...sums))
  const step = WIDTH / Math.max(points.length, 1)
  const every = Math.max(1, Math.ceil(points.length / MARKS))
  return (
    <figure className={styles.plot}>
      <div className={styles.field} aria-hidden="true">
        <span className={styles.scale} data-at="top">
          {top.toLocaleString('en')}
        </span>
        {top > 1 && (
          <span className={styles.scale} data-at="middle">
            {(top / 2).toLocaleString('en')}
          </span>
        )}
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          aria-hidden="true"
          preserveAspectRatio="none"
          className={styles.bars}
          focusable="false"
        >
          {[0.003, 0.5, 0.997].map((share) => (
            <line
              key={share}
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * share}
              y2={HEIGHT * share}
              className={styles.grid}
            />
          ))}
          {points.map(({ at, values }, index) => (
            <Bars
              key={at + String(index)}
              at={at}
              values={values}
              series={series}
              top={top}
              x={index * step}
              step={step}
            />
          ))}
        </svg>
        <div className={styles.marks}>
          {points
            .filter((_, index) => index % every === 0)
            .map(({ at }, index) => (
              <span key={at + String(index)}>{at}</span>
            ))}
        </div>
      </div>
      <figcaption className={styles.legend}>
        {series.map(({ id, title, tone }) => (
          <span key={id}>
            <i data-tone={tone} aria-hidden="true" /> {title}
          </span>
        ))}
      </figcaption>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map(({ id, title }) => (
              <th key={id} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map(({ at, values }, index) => (
            <tr key={at + String(index)}>
              <th scope="row">{at}</th>
              {series.map(({ id }) => (
                <td key={id}>{values[id] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** What stands at one moment, one upon the other. */
function Bars({
  at,
  values,
  series,
  top,
  x,
  step,
}: {
  at: string
  values: Readonly<Record<string, number>>
  series: BarPlotProps['series']
  top: number
  x: number
  step: number
}) {
  const width = Math.max(2, step * 0.72)
  const words = series.map(({ id, title }) => `${values[id] ?? 0} ${title.toLowerCase()}`).join(', ')
  const talls = series.map(({ id }) => ((values[id] ?? 0) / top) * HEIGHT)
  return (
    <g>
      <title>{`${at}: ${words}`}</title>
      <rect x={x} y={0} width={step} height={HEIGHT} fill="transparent" />
      {series.map(({ id, tone }, index) => {
        const below = talls.slice(0, index).reduce((sum, tall) => sum + tall, 0)
        const tall = talls[index]!
        return (
          tall > 0 && (
            <rect
              key={id}
              x={x + (step - width) / 2}
              y={HEIGHT - below - tall}
              width={width}
              height={Math.max(tall, 1.5)}
              data-tone={tone}
            />
          )
        )
      })}
    </g>
  )
}

/** The next number that is easily read: 1, 2, 4, 6, 8, 10, 20, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const nice = [1, 2, 4, 6, 8, 10].find((factor) => value <= factor * power) ?? 10
  return nice * power
}
