import { Pool } from 'undici'

/**
 * The limit of refreshing: a loop of POSTs with `undici.dispatch`, 64 at once, each answer parsed, nothing kept.
 * Arguments: origin, path, how many. Writes the milliseconds it took and the processor seconds.
 */
const [origin, path, count] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])]
const pool = new Pool(origin, { connections: 64 })
const headers = ['content-type', 'application/x-www-form-urlencoded', 'accept', 'application/json']
let n = 0

function post(): Promise<void> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    n += 1
    const body = `grant_type=refresh_token&refresh_token=bare-${n}&client_id=bench&client_secret=bench-secret`
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          const answer = JSON.parse(Buffer.concat(chunks).toString()) as { access_token?: string }
          if (answer.access_token) resolve()
          else reject(new Error('no token'))
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
      await post()
    }
  }
  await Promise.all(Array.from({ length: 64 }, lane))
}

await loop(2_000)
const cpu = process.cpuUsage()
const startedMs = performance.now()
await loop(count)
const ms = performance.now() - startedMs
const used = process.cpuUsage(cpu)
process.stdout.write(JSON.stringify({ ms, cpuUs: used.user + used.system }))
await pool.close()
