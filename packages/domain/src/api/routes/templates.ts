import { renderingExample, renderRequestExample } from '../examples.ts'
import { defineRoute } from '../route.ts'
import { rendering, renderRequest } from '../wire/template.ts'

export const templateRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/templates/render',
    operationId: 'renderTemplate',
    tag: 'Templates',
    summary: 'Try a template',
    description:
      'The text that a template makes of a context. What fails is said with line, column and the line itself.',
    scope: 'credentials:read',
    body: {
      schema: renderRequest,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: renderRequestExample,
    },
    answer: { status: 200, description: 'The text', schema: rendering, example: renderingExample },
    errors: ['template.failed'],
  }),
] as const
