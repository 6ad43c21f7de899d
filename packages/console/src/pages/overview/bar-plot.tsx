import styles from './overview.module.css'

interface BarPlotProps {
  label: string
  series: ReadonlyArray<{ id: string; title: string; tone: 'accent' | 'warn' | 'bad' }>
  points: ReadonlyArray<{ at: string; values: Readonly<Record<string, number>> }>
}

const [WIDTH, HEIGHT, FOOT] = [960, 150, 22]
const MARKS = 6

/** Bars on each other along time, with a table of the same numbers for whoever does not see them. */
export function BarPlot({ label, series, points }: BarPlotProps) {
  const sums = points.map(({ values }) => series.reduce((total, { id }) => total + (values[id] ?? 0), 0))
  const top = roundUp(Math.max(1, ...sums))
  const step = WIDTH / Math.max(points.length, 1)
  const bar = Math.max(2, step * 0.72)
  const every = Math.max(1, Math.ceil(points.length / MARKS))
  return (
    <figure className={styles.plot}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`}
        className={styles.bars}
        aria-hidden="true"
        focusable="false"
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * (1 - share)}
              y2={HEIGHT * (1 - share)}
              className={styles.grid}
            />
            {share > 0 && (
              <text x={0} y={HEIGHT * (1 - share) + 14} className={styles.mark}>
                {(top * share).toLocaleString('en')}
              </text>
            )}
          </g>
        ))}
        {points.map(({ at, values }, index) => {
          let height = 0
          return (
            <g key={at + String(index)}>
              <title>{`${at}: ${series.map(({ id, title }) => `${values[id] ?? 0} ${title.toLowerCase()}`).join(', ')}`}</title>
              <rect x={index * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              {series.map(({ id, tone }) => {
                const tall = ((values[id] ?? 0) / top) * (HEIGHT - 4)
                height += tall
                return (
                  tall > 0 && (
                    <rect
                      key={id}
                      x={index * step + (step - bar) / 2}
                      y={HEIGHT - height}
                      width={bar}
                      height={Math.max(tall, 1.5)}
                      rx={1.5}
                      data-tone={tone}
                    />
                  )
                )
              })}
              {index % every === 0 && (
                <text x={index * step} y={HEIGHT + 17} className={styles.mark}>
                  {at}
                </text>
              )}
            </g>
          )
        })}
      </svg>
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

/** The next number that is easily read: 1, 2, 4, 10, 20, 40, 100, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const nice = [2, 4, 10].find((factor) => value <= factor * power) ?? 10
  return nice * power
}
