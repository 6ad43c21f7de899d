import { z } from 'zod'
import {
  compileTemplate,
  describeFault,
  type RenderResult,
  renderTemplate,
  TEMPLATE_LIMITS,
} from './engine.ts'

/** The source of a template; what does not compile is refused when it is saved. */
export const templateSource = z
  .string()
  .max(TEMPLATE_LIMITS.sourceSize)
  .superRefine((source, context) => {
    const result = compileTemplate(source)
    if (!('fault' in result)) return
    const { line, column, excerpt } = result.fault
    const params = { code: 'template.invalid', place: { line, column, excerpt } }
    context.addIssue({ code: 'custom', message: describeFault(result.fault), params })
  })
  .describe('A template: Pebble, with what the profile destination_sdk allows.')

export const template = z.strictObject({ template: templateSource })

/** A constant, or a template that makes the text. */
export const templateText = z.union([z.string().max(TEMPLATE_LIMITS.sourceSize), template])
export type TemplateText = z.infer<typeof templateText>

export const isTemplate = (text: unknown): text is { template: string } =>
  typeof text === 'object' && text !== null && 'template' in text

/** A constant as it is, a template rendered. */
export const renderText = (text: TemplateText, context: object): RenderResult =>
  typeof text === 'string' ? { text } : renderTemplate(text.template, context)
