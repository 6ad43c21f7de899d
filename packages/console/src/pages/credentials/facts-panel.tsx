import { Columns, Stack } from '../../app/page.tsx'
import { titleOfMember } from '../../form/schema-fields.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'
import { kindOfGrant, MEMBER_TITLES, SECRET_TITLES } from './kinds.ts'
import { LifetimeBar } from './lifetime-bar.tsx'
import { TokenCard } from './token-card.tsx'

const EXPIRES_FROM: Readonly<Record<string, string>> = {
  response: 'the provider said so',
  jwt: 'the token itself says so',
  introspection: 'introspection says so',
  learned: 'learned from earlier tokens',
  default: 'the recipe’s default',
  none: 'nobody said',
}

/** Members of a recipe that are shown elsewhere, or that say nothing to a person. */
const ASIDE = new Set(['grant', 'lifetime', 'response', 'injection', 'fields', 'field_values'])

export function FactsPanel({ credential }: { credential: Credential }) {
  const { token, recipe, secrets, labels, environment, provider } = credential
  return (
    <Stack>
      <Card title="Token">
        {token === null ? (
          <p className={styles.quiet}>There is none yet.</p>
        ) : (
          <Stack tight>
            <LifetimeBar token={token} />
            <Facts>
              <Fact name="Issued">
                <Time at={token.issued_at} none="unknown" />
              </Fact>
              <Fact name="Ends">
                <Time at={token.expires_at} none="at no known time" />
                {token.expires_from && (
                  <span className={styles.quiet}>
                    {' '}
                    · {EXPIRES_FROM[token.expires_from] ?? token.expires_from}
                  </span>
                )}
              </Fact>
              <Fact name="Next refresh">
                <Time at={token.refresh_due_at} none="none" />
              </Fact>
              <Fact name="Type">{token.type ?? '–'}</Fact>
              <Fact name="Version">{token.version}</Fact>
            </Facts>
            <TokenCard name={credential.name} />
          </Stack>
        )}
      </Card>
      <Columns>
        <Card title="Configuration" note={kindOfGrant(recipe.grant)?.title ?? recipe.grant}>
          <Facts>
            {Object.entries(recipe)
              .filter(([member]) => !ASIDE.has(member))
              .map(([member, value]) => (
                <Fact key={member} name={MEMBER_TITLES[member] ?? titleOfMember(member)}>
                  <code className={styles.value}>{textOf(value)}</code>
                </Fact>
              ))}
          </Facts>
        </Card>
        <Card title="Secrets and labels">
          <Facts>
            {Object.entries(secrets).map(([name, { updated_at, reference }]) => (
              <Fact key={name} name={SECRET_TITLES[name] ?? titleOfMember(name)}>
                {reference ? (
                  <>
                    External: <code>{Object.values(reference).join(' · ')}</code>
                  </>
                ) : (
                  <>
                    Internal, set <Time at={updated_at} />
                  </>
                )}
              </Fact>
            ))}
            <Fact name="Provider">{provider ? `${provider.name}, version ${provider.version}` : 'none'}</Fact>
            <Fact name="Environment">{environment ?? 'none'}</Fact>
            <Fact name="Created">
              <Time at={credential.created_at} />
            </Fact>
            <Fact name="Changed">
              <Time at={credential.updated_at} />
            </Fact>
          </Facts>
          {Object.keys(labels).length > 0 && (
            <p className={styles.labels}>
              {Object.entries(labels).map(([name, value]) => (
                <Chip key={name} text={`${name}: ${value}`} />
              ))}
            </p>
          )}
        </Card>
      </Columns>
    </Stack>
  )
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(' ')
  return JSON.stringify(value, null, 2)
}
