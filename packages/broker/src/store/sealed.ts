import type { Database, Value } from './database.ts'
import { SEALED_COLUMNS } from './sealed-columns.ts'
import type { SealedColumn, SealedTable } from './store.ts'

/** Version and data key id: the first bytes of every sealed value. */
const HEADER_BYTES = 9

export function createSealedTable(database: Database): SealedTable {
  const partsOf = (place: SealedColumn) => {
    const [table, column] = place.split('.') as [string, string]
    return { table, column, keys: SEALED_COLUMNS[place] }
  }
  const isOther = (column: string) =>
    `workspace_id = $1 AND ${column} IS NOT NULL AND substr(${column}, 1, ${HEADER_BYTES}) <> $2`

  return {
    async count({ workspaceId, header }) {
      let sum = 0
      for (const place of Object.keys(SEALED_COLUMNS) as SealedColumn[]) {
        const { table, column } = partsOf(place)
        const [row] = await database.read(`SELECT count(*) AS found FROM ${table} WHERE ${isOther(column)}`, [
          workspaceId,
          header,
        ])
        sum += row?.found as number
      }
      return sum
    },

    async list({ workspaceId, header, place, after, limit }) {
      const { table, column, keys } = partsOf(place)
      const params: Value[] = [workspaceId, header, limit]
      const bind = (value: Value) => `$${params.push(value)}`
      const key = keys.join(', ')
      const further = after === undefined ? '' : `AND (${key}) > (${after.map(bind).join(', ')})`
      const rows = await database.read(
        `SELECT ${key}, ${column} AS value FROM ${table}
         WHERE ${isOther(column)} ${further} ORDER BY ${key} LIMIT $3`,
        params,
      )
      return rows.map((row) => ({
        key: keys.map((name) => row[name] as string),
        sealed: row.value as Uint8Array,
      }))
    },

    async replace(workspaceId, place, values) {
      const { table, column, keys } = partsOf(place)
      const where = keys.map((name, index) => `${name} = $${index + 4}`).join(' AND ')
      const sql = `UPDATE ${table} SET ${column} = $2 WHERE workspace_id = $1 AND ${column} = $3 AND ${where}`
      const statements = values.map(({ key, before, after }) => ({
        sql,
        params: [workspaceId, after, before, ...key],
      }))
      if (statements.length > 0) await database.write({ statements })
    },
  }
}
