/** What happens to which kind of thing, for filters and for reading. */
export const ACTION_GROUPS = [
  { value: 'credential.*', title: 'Credentials' },
  { value: 'provider.*', title: 'Providers' },
  { value: 'caller.*', title: 'Callers' },
  { value: 'session.*', title: 'Sessions' },
  { value: 'sign_in_link.*', title: 'Sign-in links' },
  { value: 'connect_link.*', title: 'Connect links' },
  { value: 'app_page.*', title: 'Token pages' },
  { value: 'app.*', title: 'Apps' },
  { value: 'signing_key.*', title: 'Signing keys' },
  { value: 'destination.*', title: 'Destinations' },
  { value: 'salt_key.*', title: 'Salt keys' },
] as const

/** Where the console shows what an entry is about; undefined where it does not. */
export function pathOfSubject(action: string, subject: string): string | undefined {
  const [kind, verb] = action.split('.')
  if (verb === 'delete') return undefined
  const at = encodeURIComponent(subject)
  if (kind === 'credential') return `/credentials/${at}`
  if (kind === 'provider') return `/providers/${at}`
  if (kind === 'caller') return `/callers/${at}`
  return undefined
}
