/** Calls as a page of the console makes them: same origin, its header, and the cookies it was given. */
export interface ConsoleClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ConsoleAnswer>
  /** Every `Set-Cookie` so far. */
  set: string[]
  cookie(): string
}

export interface ConsoleAnswer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, checked by each test.
  body: any
}

export function consoleClient(url: string, cookies = new Map<string, string>()): ConsoleClient {
  const set: string[] = []
  return {
    set,
    cookie: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    async call(method, path, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          Origin: url,
          'Bursar-Console': '1',
          ...(cookie !== '' && { Cookie: cookie }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      for (const line of response.headers.getSetCookie()) {
        set.push(line)
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string]
        if (/max-age=0/i.test(line)) cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await response.text()
      const isJson = /json/.test(response.headers.get('content-type') ?? '')
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? JSON.parse(text) : {},
      }
    },
  }
}

/** Somebody who pasted a key. */
export async function signedIn(url: string, key: string): Promise<ConsoleClient> {
  const client = consoleClient(url)
  const { status } = await client.call('POST', '/v1/session', { key })
  if (status !== 201) throw new Error(`The sign-in answered ${status}`)
  return client
}
