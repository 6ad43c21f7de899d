import { useQuery } from '@tanstack/react-query'
import { ClipboardPaste, KeyRound, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { read } from '../../api/query.ts'
import { Stack } from '../../app/page.tsx'
import styles from './kind-picker.module.css'
import { KINDS } from './kinds.ts'

/** What is to be added: a kind of credential, one of a provider that is set up, or something pasted. */
export function KindPicker() {
  const { data: providers } = useQuery(read('/v1/providers'))
  return (
    <Stack>
      <Group>
        {KINDS.filter(({ common }) => common).map((kind) => (
          <Choice key={kind.id} to={`?kind=${kind.id}`} title={kind.title} note={kind.note} />
        ))}
        <Choice
          to="?paste"
          title="Paste"
          note="A curl command, a JSON document, a service account: the form fills itself in."
          icon={<ClipboardPaste size={18} aria-hidden="true" />}
        />
      </Group>
      {(providers?.items.length ?? 0) > 0 && (
        <Group title="From a provider">
          {providers?.items.map(({ name, title, description }) => (
            <Choice
              key={name}
              to={`?provider=${encodeURIComponent(name)}`}
              title={title ?? name}
              note={description ?? 'What is common is set up already; only what differs is asked.'}
              icon={<Plug size={18} aria-hidden="true" />}
            />
          ))}
        </Group>
      )}
      <Group title="Other grants">
        {KINDS.filter(({ common }) => !common).map((kind) => (
          <Choice key={kind.id} to={`?kind=${kind.id}`} title={kind.title} note={kind.note} />
        ))}
      </Group>
    </Stack>
  )
}

const Group = ({ title, children }: { title?: string; children: ReactNode }) => (
  <section className={styles.group}>
    {title && <h2>{title}</h2>}
    <ul className={styles.list}>{children}</ul>
  </section>
)

const Choice = ({
  to,
  title,
  note,
  icon = <KeyRound size={18} aria-hidden="true" />,
}: {
  to: string
  title: string
  note: string
  icon?: ReactNode
}) => (
  <li>
    <Link href={`/credentials/new${to}`} className={styles.choice}>
      <span className={styles.icon}>{icon}</span>
      <span>
        <strong>{title}</strong>
        <span className={styles.note}>{note}</span>
      </span>
    </Link>
  </li>
)
