import { BursarError } from '@bursar/domain/error.ts'
import { describeFault, renderTemplate as render } from '@bursar/domain/template/engine.ts'
import type { Caller, RenderRequest } from './operations.ts'
import { demand } from './permission.ts'

/** The text of a template, with the limits that recipes have; throws `template.failed` with the place. */
export function renderTemplate(
  caller: Caller,
  { template, context, profile }: RenderRequest,
): { output: string } {
  demand(caller, { action: 'credentials:read' })
  const rendered = render(template, context, profile)
  if ('text' in rendered) return { output: rendered.text }
  const { line, column, excerpt } = rendered.fault
  const detail = describeFault(rendered.fault)
  const place = { line, column, excerpt }
  throw new BursarError('template.failed', {
    detail,
    problems: [{ path: '/template', code: 'template.invalid', detail, place }],
  })
}
