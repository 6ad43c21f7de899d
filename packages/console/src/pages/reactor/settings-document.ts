import { ApiProblem } from '../../api/problem.ts'
import type { Form } from '../../form/use-form.ts'

/** Where the settings of a delegate stand in a document. */
export const SETTINGS = '/data/attributes/settings'

/** What the fields of any delegate's settings need. */
export interface SettingsFieldsProps {
  form: Form
  propertyId: string
}

interface WithSettings {
  data: { attributes: Record<string, unknown> }
}

/** The document as it is sent: settings are JSON in a text there, and an object while they are filled in. */
export function settingsAsText<T extends WithSettings>(document: T): T {
  const { attributes } = document.data
  const settings = JSON.stringify(attributes.settings ?? {})
  return { ...document, data: { ...document.data, attributes: { ...attributes, settings } } }
}

/** Settings that were sent as text, for a form. */
export function readSettings(text: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text)
    return typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/**
 * Bursar can point into the settings in words only, since they are a text: `/url: A URL begins with …`. Here such a
 * problem is moved to the member, so that it stands beside the field.
 */
export function placeInSettings(error: unknown): unknown {
  if (!(error instanceof ApiProblem)) return error
  const problems = error.problems.map((problem) => {
    const named = problem.path === SETTINGS ? /^((?:\/[^/:\s]+)+): (.*)$/s.exec(problem.detail) : null
    return named === null ? problem : { ...problem, path: SETTINGS + named[1], detail: named[2]! }
  })
  return error.withProblems(problems)
}
