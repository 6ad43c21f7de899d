import { z } from 'zod'
import { auditExample, statusExample } from '../examples.ts'
import { instantText, pageQuery, plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import { auditEntry, auditVerification } from '../wire/audit.ts'
import { pageOf } from '../wire/page.ts'
import { status } from '../wire/status.ts'

export const auditPage = pageOf(auditEntry)

const auditFilter = {
  actor: plainText(200).optional().describe('Id of a caller, `system`, or `sso:<subject>`'),
  action: plainText(100)
    .optional()
    .describe('Such as `credential.update`; `credential.*` is all that begin so'),
  subject: plainText(300).optional(),
  from: instantText.optional(),
  to: instantText.optional().describe('Before this instant'),
}

export const serviceRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/audit',
    operationId: 'listAudit',
    tag: 'Service',
    summary: 'Read the audit trail',
    description: 'Newest first. Each line carries a hash over itself and the one before.',
    scope: 'audit:read',
    query: pageQuery.extend({
      ...auditFilter,
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'Not a cursor of this list')
        .optional()
        .describe('`next_cursor` of the page before'),
    }),
    answer: {
      status: 200,
      description: 'A page of the trail',
      schema: auditPage,
      example: { items: [auditExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/audit/export',
    operationId: 'exportAudit',
    tag: 'Service',
    summary: 'Export the audit trail',
    description: 'All of it that the filters match, newest first, as a file.',
    scope: 'audit:read',
    query: z.strictObject({
      ...auditFilter,
      format: z.enum(['csv', 'ndjson']).optional().describe('`ndjson` when absent'),
    }),
    answer: {
      status: 200,
      description: 'One line each',
      mediaTypes: ['application/x-ndjson', 'text/csv'],
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/status',
    operationId: 'getStatus',
    tag: 'Service',
    summary: 'How this node is',
    scope: 'credentials:read',
    answer: { status: 200, description: 'The status', schema: status, example: statusExample },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/audit/verification',
    operationId: 'verifyAudit',
    tag: 'Service',
    summary: 'Verify the audit trail',
    description: 'Computes every hash anew, from the first line to the last, and compares.',
    scope: 'audit:read',
    answer: {
      status: 200,
      description: 'Whether the chain holds',
      schema: auditVerification,
      example: { intact: true, entries: 1042, broken_at: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    tag: 'Service',
    summary: 'This description',
    description: 'With an `ETag` for `If-None-Match`, and packed for those who send `Accept-Encoding: gzip`.',
    scope: null,
    answer: {
      status: 200,
      description: 'OpenAPI 3.1',
      schema: z.looseObject({ openapi: z.literal('3.1.1') }),
      example: { openapi: '3.1.1' },
    },
    errors: [],
  }),
] as const
