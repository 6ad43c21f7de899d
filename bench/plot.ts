import type { Figure } from './row.ts'

const ROW = 26
const LEFT = 250
const WIDTH = 820
const STYLE = `<style>text{font:12px sans-serif;fill:#333}.met{fill:#3b7a57}.missed{fill:#b5482f}.dot{fill:#335c81;fill-opacity:.6}
.mark{stroke:#111;stroke-width:2}.axis{stroke:#bbb}@media(prefers-color-scheme:dark){text{fill:#ddd}.mark{stroke:#eee}}</style>`

/** Each ratio as a bar, its target as a line. Ratios past 2 are cut, their number tells. */
export function plotRatios(figures: readonly Figure[]): string {
  const most = 2
  const x = (ratio: number) => LEFT + (Math.min(ratio, most) / most) * (WIDTH - LEFT - 60)
  const rows = figures.map(({ name, ratio, target }, index) => {
    const y = 30 + index * ROW
    const kind = ratio >= target ? 'met' : 'missed'
    return `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text>
<rect class="${kind}" x="${LEFT}" y="${y}" width="${(x(ratio) - LEFT).toFixed(1)}" height="18"/>
<line class="mark" x1="${x(target).toFixed(1)}" x2="${x(target).toFixed(1)}" y1="${y - 3}" y2="${y + 21}"/>
<text x="${(x(ratio) + 6).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)}</text>`
  })
  return frame(figures.length, 'Ratio to the limit; the line is the target', rows)
}

/** The ratio of every round as a dot: how much the machine wobbled. */
export function plotRounds(figures: readonly Figure[]): string {
  const most = 2
  const x = (ratio: number) => LEFT + (Math.min(ratio, most) / most) * (WIDTH - LEFT - 60)
  const rows = figures
    .filter(({ limits, beside }) => limits.length > 1 && !beside.includes('at most'))
    .map(({ name, values, limits, target }, index) => {
      const y = 30 + index * ROW
      const dots = values
        .map((value, round) => x(value / limits[round]!))
        .map((cx) => `<circle class="dot" cx="${cx.toFixed(1)}" cy="${y + 9}" r="5"/>`)
      return `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text>${dots.join('')}
<line class="mark" x1="${x(target).toFixed(1)}" x2="${x(target).toFixed(1)}" y1="${y - 3}" y2="${y + 21}"/>`
    })
  return frame(rows.length, 'Ratio of each round; the line is the target', rows)
}

function frame(count: number, title: string, rows: readonly string[]): string {
  const height = 40 + count * ROW
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
${STYLE}
<text x="${LEFT}" y="16">${title}</text>
<line class="axis" x1="${LEFT}" x2="${LEFT}" y1="24" y2="${height - 10}"/>
${rows.join('\n')}
</svg>
`
}
