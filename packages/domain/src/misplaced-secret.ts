import { MAX_PROBLEMS, type Problem } from './error.ts'
import { parseForm } from './form.ts'
import { type GrantSecretName, SECRET_NAMES } from './grants/grant.ts'
import { isObject } from './json.ts'
import { pointer, problem } from './problem.ts'

/** Records of a recipe or a body in which somebody may put a secret as if it were a parameter or a note. */
const OPEN_MEMBERS = ['extra_params', 'extra_authorization_params', 'labels']
/** Headers that carry a secret by their nature. */
const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie']

/**
 * Finds secrets in a recipe or a body, where everybody who may read credentials would see them, and gives
 * back the rest without them.
 */
export function takeMisplaced(
  object: Readonly<Record<string, unknown>>,
  basePath: string,
): { problems: Problem[]; rest: Record<string, unknown> } {
  const problems: Problem[] = []
  const kept: Array<[string, unknown]> = []
  for (const [member, value] of Object.entries(object)) {
    const name = secretNamed(member)
    if (name) problems.push(misplaced(pointer(basePath, [member]), name))
    else kept.push([member, value])
  }
  for (const open of OPEN_MEMBERS) {
    for (const key of namesIn(object[open])) {
      const name = secretNamed(key)
      if (name) problems.push(misplaced(pointer(basePath, [open, key]), name))
    }
  }
  for (const [member, value] of kept) {
    for (const key of member.endsWith('_url') ? namesInQuery(value) : []) {
      const name = secretNamed(key)
      if (name) problems.push(misplaced(pointer(basePath, [member]), name))
    }
  }
  for (const key of namesIn(object.extra_headers)) {
    if (SECRET_HEADERS.includes(key.toLowerCase()))
      problems.push(misplaced(pointer(basePath, ['extra_headers', key])))
  }
  return { problems: problems.slice(0, MAX_PROBLEMS), rest: Object.fromEntries(kept) }
}

const namesIn = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : [])

function namesInQuery(url: unknown): string[] {
  const query = typeof url === 'string' ? /\?([^#]*)/.exec(url)?.[1] : undefined
  // Pair by pair: a flag without a value must not hide the rest.
  return (query ?? '').split('&').flatMap((pair) => (parseForm(pair) ?? []).map(([name]) => name))
}

function misplaced(path: string, name?: GrantSecretName): Problem {
  const hint = name
    ? `Put it under /secrets/${name}.`
    : 'Choose client_auth and put the value under /secrets.'
  return problem(path, 'secret.misplaced', 'This is a secret, and it would be shown to everybody here.', hint)
}

/** The secret that a member name means: `clientSecret` and `client-secret` are `client_secret`. */
function secretNamed(member: string): GrantSecretName | undefined {
  const plain = member.toLowerCase().replace(/[^a-z]/g, '')
  return SECRET_NAMES.find((name) => name.replaceAll('_', '') === plain)
}
