import type { Row } from './row.ts'
import { executeRow } from './rows/execute.ts'
import { issueRow } from './rows/issue.ts'
import { jwtRow } from './rows/jwt.ts'
import { latencyRow } from './rows/latency.ts'
import { manyRow } from './rows/many.ts'
import { proxyRows } from './rows/proxy.ts'
import { reactorEventsRow } from './rows/reactor-events.ts'
import { reactorListRow } from './rows/reactor-list.ts'
import { readToken } from './rows/read-token.ts'
import { refreshRows } from './rows/refresh.ts'
import { sealRow } from './rows/seal.ts'
import { workersRow } from './rows/workers.ts'

/** Every row, in the order of the table. */
export const ROWS: readonly Row[] = [
  readToken,
  ...proxyRows,
  ...refreshRows,
  sealRow,
  manyRow,
  latencyRow,
  workersRow,
  executeRow,
  jwtRow,
  issueRow,
  reactorEventsRow,
  reactorListRow,
]
