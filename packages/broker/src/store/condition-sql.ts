import type { Database, Value } from './database.ts'
import type { DocumentCondition, DocumentField, DocumentTest } from './document-filter.ts'

/** Says a field in SQL. */
export type FieldSql = (field: DocumentField) => string

const isNumber = (field: DocumentField): boolean =>
  'column' in field
    ? field.column === 'created_at' || field.column === 'updated_at'
    : 'credential' in field
      ? field.credential !== 'state'
      : field.as === 'number'

/** A condition in SQL, its values bound. */
export function conditionSql(
  engine: Database['engine'],
  sqlOf: FieldSql,
  { field, any, all }: DocumentCondition,
  bind: (value: Value) => string,
): string {
  const sql = sqlOf(field)
  const value = (written: string | number) =>
    isNumber(field) ? `CAST(${bind(written)} AS numeric)` : bind(String(written))
  const one = (test: DocumentTest): string => {
    switch (test.op) {
      case 'eq':
        return `${sql} = ${value(test.value)}`
      case 'not':
        return `${sql} IS DISTINCT FROM ${value(test.value)}`
      case 'lt':
        return `${sql} < ${value(test.value)}`
      case 'gt':
        return `${sql} > ${value(test.value)}`
      case 'contains':
        return within(
          engine,
          smallLetters(engine, `CAST(${sql} AS text)`),
          smallLetters(engine, bind(test.value)),
        )
      case 'holds':
        return within(engine, `CAST(${sql} AS text)`, bind(test.value))
      case 'between':
        return `${sql} BETWEEN ${value(test.from)} AND ${value(test.to)}`
      case 'null':
        return nothing(field, sql, true)
      case 'not_null':
        return nothing(field, sql, false)
    }
  }
  const parts = all.map(one)
  if (any.length > 0) parts.push(`(${any.map(one).join(' OR ')})`)
  return parts.length === 0 ? '1 = 1' : parts.join(' AND ')
}

const within = (engine: Database['engine'], text: string, part: string): string =>
  `${engine === 'postgres' ? 'strpos' : 'instr'}(${text}, ${part}) > 0`

/** The letters A to Z alone, whatever the locale of the database: SQLite knows no others. */
const smallLetters = (engine: Database['engine'], text: string): string =>
  engine === 'postgres' ? `lower(${text} COLLATE "C")` : `lower(${text})`

/** A document that is in no group has an empty one. */
const nothing = (field: DocumentField, sql: string, wanted: boolean): string =>
  'column' in field && field.column === 'group_id'
    ? `${sql} ${wanted ? '=' : '<>'} ''`
    : `${sql} IS ${wanted ? '' : 'NOT '}NULL`
