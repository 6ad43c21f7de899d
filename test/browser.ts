/**
 * A person in front of a browser: follows redirects, keeps cookies, signs in with any name and agrees to
 * whatever is asked. Answers the first page without a form, which is where it ends.
 */
export async function signInAt(
  address: string,
  {
    login = 'ada',
    cookies = new Map(),
  }: { login?: string /** By origin. */; cookies?: Map<string, Map<string, string>> } = {},
): Promise<{ url: string; status: number; text: string }> {
  let url = address
  let form: URLSearchParams | undefined
  for (let step = 0; step < 30; step += 1) {
    const { origin } = new URL(url)
    const jar = cookies.get(origin) ?? new Map<string, string>()
    cookies.set(origin, jar)
    const response: Response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; '), accept: 'text/html' },
      ...(form !== undefined && { body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) jar.set(name, value)
    }
    const location = response.headers.get('location')
    const text = await response.text()
    if (location !== null) {
      url = new URL(location, url).href
      form = undefined
      continue
    }
    const action = /<form[^>]*action="([^"]*)"/.exec(text)?.[1]
    if (action === undefined) return { url, status: response.status, text }
    url = new URL(action.replaceAll('&amp;', '&'), url).href
    form = new URLSearchParams({ ...hiddenFields(text), login, password: 'anything', confirm: 'yes' })
  }
  throw new Error('The sign-in goes in circles.')
}

function hiddenFields(page: string): Record<string, string> {
  const inputs = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => input)
  return Object.fromEntries(
    inputs.map((input) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1]?.replaceAll('&amp;', '&') ?? '',
    ]),
  )
}
