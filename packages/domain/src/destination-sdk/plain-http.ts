import type { Problem } from '../error.ts'
import { isObject } from '../json.ts'
import { pointer } from '../problem.ts'

const LIST = 'customerAuthenticationConfigurations'
const IS_URL = /url$/i

/**
 * URLs of a configuration that would send secrets and tokens in the clear, each by its pointer. A member is a URL
 * by its name, or as the text (`value`, `template`) of one that is: scopes may look like URLs and are none.
 */
export function plainHttpProblems(body: unknown): Problem[] {
  const list = isObject(body) ? body[LIST] : undefined
  return Array.isArray(list) ? list.flatMap((entry, index) => below(entry, `/${LIST}/${index}`, false)) : []
}

function below(value: unknown, path: string, isUrl: boolean): Problem[] {
  if (typeof value === 'string') return isUrl && /^\s*http:/i.test(value) ? [insecure(path)] : []
  if (Array.isArray(value)) return value.flatMap((each, index) => below(each, `${path}/${index}`, isUrl))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, each]) =>
    below(each, pointer(path, [name]), IS_URL.test(name) || (isUrl && typeof each === 'string')),
  )
}

const insecure = (path: string): Problem => ({
  path,
  code: 'url.insecure',
  detail: 'Only https is allowed here: a secret or token would travel in the clear.',
  hint: 'Use the https address. For development on one machine set BURSAR_OUTBOUND_INSECURE_HTTP=loopback.',
})
