import { providerBody } from '@bursar/domain/destination-sdk/provider-body.ts'
import { translateConfiguration } from '@bursar/domain/destination-sdk/translate.ts'
import { EXIT } from './exit-code.ts'
import { Failure, usageFailure } from './failure.ts'

/** Forms of files that are not ours, by the name that `--from` takes. */
export const FOREIGN_FORMS = ['destination-sdk'] as const

/** The bodies of the providers that a destination configuration describes: one for each way to authenticate. */
export function providersOfDestination(
  configuration: Record<string, unknown>,
  givenName: string | undefined,
): Array<Record<string, unknown>> {
  const result = translateConfiguration(configuration)
  if ('problems' in result) {
    const detail = 'The destination configuration is not valid.'
    throw new Failure(detail, { exitCode: EXIT.usage, problems: result.problems })
  }
  const { document, entries } = result.translated
  if (entries.length === 0) throw usageFailure('The configuration has no way to authenticate.')
  const name = givenName ?? nameOf(document.name)
  if (name === undefined) {
    const hint = 'bursar provider create <name> -f … --from destination-sdk'
    throw usageFailure('Neither the command nor the configuration has a name.', hint)
  }
  return entries.map((entry, index) => ({
    name: index === 0 ? name : `${name}-${index + 1}`,
    ...providerBody(document, entry),
  }))
}

/** `Moviestar Ads!` is `moviestar-ads`. */
function nameOf(written: unknown): string | undefined {
  if (typeof written !== 'string') return undefined
  const name = written
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' ? undefined : name.slice(0, 120)
}
