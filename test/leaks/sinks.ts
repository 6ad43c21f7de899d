import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { BrokerProcess } from '../broker.ts'
import type { Canaries } from '../canary.ts'

/** Where something planted was seen: the sink and the names of what stood in it. */
export type Finding = readonly [sink: string, names: readonly string[]]

const findings = (
  all: ReadonlyArray<readonly [string, string | Uint8Array]>,
  canaries: Canaries,
): Finding[] =>
  all.map(([sink, bytes]) => [sink, canaries.findIn(bytes)] as const).filter(([, names]) => names.length > 0)

/** Everything that somebody with a key can read back, page by page. */
export async function readableAnswers(api: Api): Promise<Array<[path: string, text: string]>> {
  const seen: Array<[string, string]> = []
  const read = async (path: string) => {
    const answer = await api.call('GET', path)
    seen.push([path, JSON.stringify([...answer.headers]) + answer.text])
    return answer
  }
  for (const path of ['/v1/status', '/v1/callers', '/v1/providers', '/openapi.json', '/metrics', '/readyz'])
    await read(path)
  for (const list of ['/v1/audit', '/v1/credentials']) {
    for (let cursor = ''; ; ) {
      const { body } = await read(`${list}?limit=200${cursor && `&cursor=${cursor}`}`)
      if (list === '/v1/credentials')
        for (const { name } of body.items) await read(`/v1/credentials/${name}/exchanges?limit=200`)
      if (!body.next_cursor) break
      cursor = encodeURIComponent(body.next_cursor)
    }
  }
  return seen
}

export const findInAnswers = (
  answers: ReadonlyArray<readonly [string, string]>,
  canaries: Canaries,
): Finding[] => findings(answers, canaries)

/** The bytes of every file below a folder: database, write-ahead log, spool, reports. */
export async function findInFiles(folder: string, canaries: Canaries): Promise<Finding[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
  const found: Finding[] = []
  for (const file of files) found.push(...findings([[file, await readFile(file)]], canaries))
  return found
}

/** What a process wrote and shows of itself. Its environment is no sink: it belongs to whoever started it. */
export async function findInProcess(node: BrokerProcess, canaries: Canaries): Promise<Finding[]> {
  const lines = `${node.stdout()}\n${node.stderr()}`.split('\n').map((line): [string, string] => [line, line])
  const shown = await Promise.all(
    ['cmdline', 'comm', 'maps', 'status'].map(async (name): Promise<[string, Uint8Array]> => {
      return [name, await readFile(`/proc/${node.pid}/${name}`).catch(() => Buffer.alloc(0))]
    }),
  )
  return findings([...lines, ...shown], canaries)
}
