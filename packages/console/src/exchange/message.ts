/** A request or an answer of an exchange, secrets taken out. */
export interface ExchangeMessage {
  method?: string
  url?: string
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: unknown
}

/** A body as it is read by a person: text as it stands, all else as JSON. */
export const bodyText = (body: unknown): string =>
  body === null || body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2)

/** The whole message as it went over the wire: the first line, headers, body. */
export function messageText({ method, url, status, headers = {}, body }: ExchangeMessage): string {
  const first = status === undefined ? `${method} ${url}` : `HTTP ${status}`
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = bodyText(body)
  return [first, ...lines, ...(text === '' ? [] : ['', text])].join('\n')
}
