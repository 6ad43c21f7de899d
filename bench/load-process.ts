import { text } from 'node:stream/consumers'
import { type LoadPlan, runLoad } from '../packages/cli/src/load/load.ts'

/** Reads a plan from standard input and writes its result: the load has a process and a core of its own. */
const plan = JSON.parse(await text(process.stdin)) as Omit<LoadPlan, 'request'> & { request: string }
const result = await runLoad({ ...plan, request: Buffer.from(plan.request, 'latin1') })
process.stdout.write(JSON.stringify(result))
