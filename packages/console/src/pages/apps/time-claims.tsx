import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Time } from '../../ui/time.tsx'

const NAMES = { iat: 'Issued (iat)', nbf: 'Valid from (nbf)', exp: 'Ends (exp)' } as const

/** A NumericDate of RFC 7519 §2, if it is one that a date can hold. */
function instantOf(value: unknown): string | null {
  const date = new Date(typeof value === 'number' ? value * 1000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** The times that a JWT names, in words. */
export function TimeClaims({ claims }: { claims: Readonly<Record<string, unknown>> }) {
  const there = Object.entries(NAMES).filter(([name]) => instantOf(claims[name]) !== null)
  if (there.length === 0) return null
  return (
    <Card title="Times">
      <Facts>
        {there.map(([name, title]) => (
          <Fact key={name} name={title}>
            <Time at={instantOf(claims[name])} />
          </Fact>
        ))}
      </Facts>
    </Card>
  )
}
