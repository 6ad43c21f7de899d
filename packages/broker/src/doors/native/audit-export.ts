import { presentInstant } from '@bursar/domain/api/wire/instant.ts'
import type { AuditFilter, Caller, Operations } from '../../operations/operations.ts'
import type { AuditRow } from '../../store/store.ts'
import { presentAudit } from './present.ts'

const PAGE = 500

const FORMATS = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: 'seq,at,actor,action,subject,detail,hash\r\n',
    line: csvLine,
  },
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    line: (row: AuditRow) => `${JSON.stringify(presentAudit(row))}\n`,
  },
} as const

/** The whole trail, newest first, page by page: however long it is, it stands in memory nowhere. */
export async function exportAudit(
  operations: Pick<Operations, 'listAudit'>,
  caller: Caller,
  format: keyof typeof FORMATS,
  filter: AuditFilter,
): Promise<Response> {
  const { type, head, line } = FORMATS[format]
  const text = new TextEncoder()
  // The first page is read before the answer begins: what is refused is refused with a status.
  let page = await operations.listAudit(caller, { ...filter, limit: PAGE })
  let isFirst = true
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(text.encode((isFirst ? head : '') + page.items.map(line).join('')))
      isFirst = false
      if (page.nextCursor === null) return controller.close()
      page = await operations.listAudit(caller, { ...filter, limit: PAGE, cursor: page.nextCursor })
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="bursar-audit.${format}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

function csvLine({ seq, at, actor, action, subject, detail, hash }: AuditRow): string {
  const fields = [String(seq), presentInstant(at), actor, action, subject, JSON.stringify(detail), hash]
  return `${fields.map(csvField).join(',')}\r\n`
}

/** RFC 4180 §2; a field that a spreadsheet would take for a formula begins with an apostrophe. */
function csvField(field: string): string {
  const plain = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
