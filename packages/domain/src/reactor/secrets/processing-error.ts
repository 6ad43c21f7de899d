import { isObject } from '../../json.ts'
import { titleOf } from '../error-code.ts'

/** An error that came later than the answer to a call. */
export interface ProcessingError {
  id: string
  code: string
  title: string
  detail: string
  meta: { request_id: string; attempted_at?: string | null }
  source: Record<string, never>
}

const CODE = 'secret-processing-error'

/** What names the fault of a name that does not resolve. */
const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  'outbound.dns': 'nxdomain',
  'outbound.connect': 'connection-refused',
  'outbound.timeout': 'timeout',
}

/**
 * A failed exchange as Reactor tells of it: upstream status with the OAuth error, or the network fault;
 * upstream headers never. `record` is the redacted record, `window` what an artifact has to live.
 */
export function processingErrorOf(
  record: Readonly<Record<string, unknown>>,
  window: string | undefined,
): ProcessingError {
  const error = isObject(record.error) ? record.error : {}
  const status = isObject(record.response) ? record.response.status : undefined
  const code = String(error.code ?? record.kind ?? 'unknown')
  const said = typeof error.detail === 'string' ? error.detail : ''
  const wrongLife = code === 'token_too_short' || code === 'expires_in_missing'
  const parts = [
    status === undefined ? (NETWORK_FAULTS[code] ?? code) : `Server responded with status: ${String(status)}`,
    status === undefined || /^(?:http_\d+|unreadable)$/.test(code)
      ? said
      : said === ''
        ? code
        : `${code}: ${said}`,
    wrongLife && window !== undefined ? `${window}.` : '',
  ]
  return errorOf(
    String(record.id ?? ''),
    sentences(parts),
    typeof record.started_at === 'string' ? record.started_at : null,
  )
}

/** A failure of the resource `id` that no exchange is on record for, such as a consent that was refused. */
export const processingErrorFrom = (id: string, detail: string, at: string | null): ProcessingError =>
  errorOf(id.slice(2).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), detail, at)

/** As the first exchange of a secret reports it: without the time, which tells attempts to refresh apart. */
export const withoutTime = ({ meta, ...error }: ProcessingError): ProcessingError => ({
  ...error,
  meta: { request_id: meta.request_id },
})

const errorOf = (id: string, detail: string, attempted_at: string | null): ProcessingError => ({
  id,
  code: CODE,
  title: titleOf(CODE),
  detail,
  meta: { request_id: id.replaceAll('-', ''), attempted_at },
  source: {},
})

const sentences = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ')
