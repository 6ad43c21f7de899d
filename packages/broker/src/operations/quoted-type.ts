import type { Judgement, TokenOutputs } from '@bursar/domain/exchange.ts'
import { createScrubber } from '../outbound/scrub.ts'

/** Every secret among what an exchange brought. */
const secretTexts = (outputs: TokenOutputs): string[] => [
  outputs.accessToken.reveal(),
  ...(outputs.refreshToken === undefined ? [] : [outputs.refreshToken.reveal()]),
  ...Object.values(outputs.others).map((secret) => secret.reveal()),
]

/**
 * A provider may quote what it was sent even as the type of its token. The type is kept in the clear, shown,
 * and stands before the token in requests, so one that quotes a secret counts as not given.
 */
export function withoutQuotedType(judgement: Judgement, secrets: readonly string[]): Judgement {
  if (judgement.kind !== 'token') return judgement
  const { outputs, notes } = judgement
  const all = [...secrets, ...secretTexts(outputs)]
  if (isTooShort(outputs.tokenType, all)) return judgement
  const { scrub } = createScrubber(all)
  if (scrub(outputs.tokenType) === outputs.tokenType) return judgement
  const detail = 'The token_type of the answer quotes a secret; Bearer was taken instead.'
  return {
    ...judgement,
    outputs: { ...outputs, tokenType: 'Bearer' },
    notes: [...notes, { code: 'response.token_type_quotes', detail }],
  }
}

/** Lines of a secret that are looked for by themselves are longer than this. */
const LINE_LENGTH = 15

/** Nothing of a secret fits into a text that is shorter: `Bearer` is the usual one. */
const isTooShort = (text: string, secrets: readonly string[]): boolean =>
  text.length <= LINE_LENGTH && secrets.every((secret) => secret.trim().length > text.length)
