import { decideDestination } from '@bursar/domain/destination-rule.ts'
import { injectedOutput, tokenHeader } from '@bursar/domain/header.ts'
import { revealText } from '@bursar/domain/secret.ts'
import { notFound } from './credential-view.ts'
import type { Caller, Explanation, Operations } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { openOutputs } from './sealed.ts'
import { MISSING_OUTPUT } from './token-memory.ts'

/** Would the token of this credential go into that request, and which rule says so. Sends nothing. */
export async function explain(
  { store, envelope }: Pick<Ports, 'store' | 'envelope'>,
  caller: Caller,
  request: Parameters<Operations['explain']>[1],
): Promise<Explanation> {
  demand(caller, { action: 'credentials:read' })
  const row = await store.credentials.get(caller.workspaceId, request.credential)
  if (row === undefined) throw notFound(request.credential)
  const decision = decide(row.destinations, request.url, request.method)
  const token = await store.tokens.get(caller.workspaceId, row.id)
  const outputs = token === undefined ? null : openOutputs(envelope, token)
  const reasons = [...decision.reasons]
  if (row.status !== 'active') {
    reasons.push({
      code: `credential.${row.status}`,
      detail: `The credential is ${row.status}.${row.reason === null ? '' : ` ${row.reason.detail}`}`,
    })
  }
  const injected = outputs === null ? undefined : injectedOutput(row.recipe, outputs)
  // Whatever the rules say, nothing is injected then.
  const isMissing = outputs !== null && injected === undefined
  if (isMissing) reasons.push({ code: 'token.unavailable', detail: MISSING_OUTPUT })
  if (outputs !== null && injected !== undefined) {
    const header = tokenHeader(row.recipe, outputs.tokenType, injected)
    const bytes = header.name.length + 2 + revealText(header.value).length
    reasons.push({ code: 'header.size', detail: `The header "${header.name}" would be ${bytes} bytes long.` })
  }
  return { ...decision, allowed: decision.allowed && !isMissing, reasons }
}

export const decide: Operations['decide'] = (destinations, url, method) => {
  const { allowed, rule, reasons } = decideDestination(destinations, url, method)
  return {
    allowed,
    ...(rule !== undefined && { rule }),
    reasons: reasons.map(({ code, detail, rule: compared }) => ({
      code,
      detail,
      ...(compared !== undefined && { rule: compared }),
    })),
  }
}
