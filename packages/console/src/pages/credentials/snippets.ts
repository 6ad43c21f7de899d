import type { Credential } from './credential.ts'

export interface Snippet {
  id: string
  title: string
  note: string
  text: string
}

const FALLBACK = 'https://api.example.com/'

/** Ways to use a credential, ready to be copied; the key of the caller stays a variable. */
export function snippetsOf({ name, destinations }: Credential, origin: string): Snippet[] {
  const [first] = destinations
  const url = (typeof first === 'string' ? first : first?.url)?.replace('://*.', '://www.') ?? FALLBACK
  const { origin: upstream, host } = new URL(URL.canParse(url) ? url : FALLBACK)
  const path = encodeURIComponent(name)
  return [
    {
      id: 'curl',
      title: 'curl',
      note: 'Through the proxy: the caller never sees the token.',
      text: `curl -H "Bursar-Key: $BURSAR_KEY" \\\n  ${origin}/proxy/${path}/${url}`,
    },
    {
      id: 'token',
      title: 'Token',
      note: 'The token itself, with at least a minute of life.',
      text: `curl -H "Authorization: Bearer $BURSAR_KEY" \\\n  '${origin}/v1/credentials/${path}/token?min_ttl=60'`,
    },
    {
      id: 'cli',
      title: 'CLI',
      note: 'Prints the token and nothing else.',
      text: `export BURSAR_URL=${origin}\nbursar token get ${name}`,
    },
    {
      id: 'sdk',
      title: 'SDK',
      note: 'Any client that takes a base URL and a default header.',
      text: `const response = await fetch(\n  '${origin}/proxy/${path}/${url}',\n  { headers: { 'Bursar-Key': process.env.BURSAR_KEY } },\n)`,
    },
    {
      id: 'nginx',
      title: 'nginx',
      note: 'The gateway asks Bursar for the header and sets it.',
      text: `location / {
  auth_request /bursar;
  auth_request_set $token $upstream_http_authorization;
  proxy_set_header Authorization $token;
  proxy_pass ${upstream};
}
location = /bursar {
  internal;
  proxy_pass ${origin}/forward-auth/${path};
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header Bursar-Key $bursar_key;
  proxy_set_header X-Original-Method $request_method;
  proxy_set_header X-Original-URL https://${host}$request_uri;
}`,
    },
  ]
}
