import { Pool } from 'undici'

/**
 * The limit of execute: a loop of POSTs with `undici.dispatch`, so many at once, each body made, each answer
 * parsed, nothing kept. Arguments: port, how many, at once. Writes the milliseconds it took
 * and the processor time.
 */
const [port, count, atOnce] = process.argv.slice(2).map(Number) as [number, number, number]
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce, pipelining: 1 })
const headers = ['content-type', 'application/json', 'authorization', 'Bearer static-token-of-the-bench']
const id = '01890a5d-ac96-774b-bcce-b302099a8057'

function post(number: number): Promise<void> {
  const body = JSON.stringify({
    inArguments: [{ email: `contact-${number}@example.com`, points: number }],
    outArguments: [],
    activityObjectID: id,
    journeyId: id,
    activityId: id,
    definitionInstanceId: id,
    activityInstanceId: id,
    keyValue: `contact-${number}`,
    mode: 0,
  })
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    pool.dispatch(
      { method: 'POST', path: '/execute', headers, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          const answer = JSON.parse(Buffer.concat(chunks).toString()) as { discount?: number }
          if (answer.discount) resolve()
          else reject(new Error('no discount'))
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

async function loop(total: number): Promise<void> {
  let left = total
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await post(left)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

await loop(2_000)
const cpu = process.cpuUsage()
const startedMs = performance.now()
await loop(count)
const ms = performance.now() - startedMs
const used = process.cpuUsage(cpu)
process.stdout.write(JSON.stringify({ ms, cpuUs: used.user + used.system }))
await pool.close()
