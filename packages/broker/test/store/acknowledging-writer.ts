import { openStore } from '../../src/store/open.ts'

/** Run as a process of its own: writes without end and prints the number of each write once it is acknowledged. */
const [dataDir, size = '0'] = process.argv.slice(2)
const store = await openStore({ dataDir: dataDir! }, { now: () => 1_000, pollSeconds: 60, log: () => {} })
const padding = 'x'.repeat(Number(size))

async function writeAll(writer: number): Promise<void> {
  for (let n = writer; ; n += 8) {
    try {
      await store.meta.set(`write ${n}`, padding)
      process.stdout.write(`${n}\n`)
    } catch (error) {
      process.stdout.write(`${(error as { code: string }).code}\n`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => writeAll(writer)))
