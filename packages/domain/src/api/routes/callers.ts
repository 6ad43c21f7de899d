import { z } from 'zod'
import { callerExample, callerInputExample, newCallerExample } from '../examples.ts'
import { plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import * as wire from '../wire/caller.ts'
import { pageOf } from '../wire/page.ts'

export const callerPage = pageOf(wire.caller)

export const callerRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/callers',
    operationId: 'createCaller',
    tag: 'Callers',
    summary: 'Create a caller',
    description: 'Answers the key, once: only its hash is kept.',
    scope: 'admin',
    body: {
      schema: wire.callerInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: callerInputExample,
    },
    answer: {
      status: 201,
      description: 'The caller and its key',
      schema: wire.newCaller,
      example: newCallerExample,
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/callers',
    operationId: 'listCallers',
    tag: 'Callers',
    summary: 'List callers',
    scope: 'admin',
    answer: {
      status: 200,
      description: 'All callers, without their keys',
      schema: callerPage,
      example: { items: [callerExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/callers/{id}',
    operationId: 'deleteCaller',
    tag: 'Callers',
    summary: 'Delete a caller',
    description: 'Its key is refused on every node within a second.',
    scope: 'admin',
    params: z.strictObject({ id: plainText(200).describe('Id of the caller') }),
    answer: { status: 204, description: 'It is gone' },
    errors: ['caller.not_found'],
  }),
] as const
