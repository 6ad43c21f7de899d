import type { Outbound, SendResult, WireRequest } from '../outbound/outbound.ts'
import { checkDestination } from './check-destination.ts'
import type { Caller, Operations, TokenHandout } from './operations.ts'

export interface TokenCallPorts {
  /** The way to destinations; a connection pool apart from the one to token endpoints. */
  destinations: Outbound
  tokens: Pick<Operations, 'useTokenFast' | 'useToken' | 'renewRejected' | 'decide'>
}

/**
 * Sends a whole request with the token of a credential, as the proxy does with a stream: nothing leaves unless
 * the token is there and a rule allows the URL; after a 401 the token is renewed once and the request sent again.
 * Redirects come back as answers. Throws what kept it from being sent.
 */
export async function callWithToken(
  { destinations, tokens }: TokenCallPorts,
  caller: Caller,
  credential: string,
  request: WireRequest,
  deadlineMs: number,
): Promise<SendResult> {
  const send = (handout: TokenHandout) => {
    checkDestination(tokens, handout, request.url, request.method)
    const { name, value } = handout.header
    return destinations.send(
      { ...request, headers: [...request.headers, [name, value.reveal()]] },
      { deadlineMs },
    )
  }
  const handout =
    tokens.useTokenFast(caller, credential, 'proxy', 0) ??
    (await tokens.useToken(caller, credential, 'proxy', 0))
  const result = await send(handout)
  if (result.kind !== 'answer' || result.answer.status !== 401) return result
  const renewed = await tokens.renewRejected(caller, credential, handout.version).catch(() => null)
  return renewed === null ? result : send(renewed)
}
