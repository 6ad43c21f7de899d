import type { Problem } from '../error.ts'
import { isObject } from '../json.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import { type DelegateKind, delegateOf, isCustomCode } from './delegates.ts'
import { ATTRIBUTES } from './resource-fields.ts'

export const SETTINGS_AT_MOST = 65_536
const DEPTH_AT_MOST = 32

/**
 * Checks a delegate and the settings that were written for it, which are JSON in a text. Answers the settings, or
 * what is wrong with them.
 */
export function readDelegate(
  id: string,
  settings: string,
  kinds: readonly DelegateKind[],
): { settings: Record<string, unknown> } | { problems: Problem[] } {
  const delegate = delegateOf(id)
  if (delegate === undefined || !kinds.includes(delegate.kind)) {
    const hint = isCustomCode(id)
      ? 'Custom code is not run here: use the other data elements and conditions.'
      : undefined
    const detail = `No extension of this property has the delegate "${id.slice(0, 200)}" of this kind.`
    const code = 'delegate-descriptor-unresolved'
    const path = `${ATTRIBUTES}/delegate_descriptor_id`
    return { problems: [{ path, code, detail, ...(hint !== undefined && { hint }) }] }
  }
  const path = `${ATTRIBUTES}/settings`
  const parsed = parseSettings(settings)
  if ('detail' in parsed) {
    return { problems: [{ path, code: 'invalid-settings-syntax', detail: parsed.detail }] }
  }
  const checked = delegate.settings.safeParse(parsed.settings)
  if (checked.success) return { settings: parsed.settings }
  const problems = problemsOfIssues(checked.error.issues, delegate.settings, '').map((problem) => ({
    path,
    code: problem.code,
    detail: problem.path === '' ? problem.detail : `${problem.path}: ${problem.detail}`,
    ...(problem.hint !== undefined && { hint: problem.hint }),
  }))
  return { problems }
}

/** Settings of an extension, which has none of its own: an object, and that is all. */
export function parseSettings(text: string): { settings: Record<string, unknown> } | { detail: string } {
  let settings: unknown
  try {
    settings = JSON.parse(text)
  } catch {
    return { detail: 'Settings are JSON in a text; this text is no JSON.' }
  }
  if (!isObject(settings)) return { detail: 'Settings are a JSON object in a text.' }
  if (isDeeper(settings, DEPTH_AT_MOST)) return { detail: `Settings nest at most ${DEPTH_AT_MOST} levels.` }
  return { settings }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1))
}
