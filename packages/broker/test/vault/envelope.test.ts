import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataKeyRow, DataKeys } from '../../src/vault/data-key.ts'
import { createEnvelope } from '../../src/vault/envelope.ts'
import { addRandomKey, type KeyringDocument, parseKeyringText } from '../../src/vault/keyring.ts'

const PLACE = { workspaceId: 'default', table: 'tokens', row: 'c1', column: 'sealed' }
const damaged = expect.objectContaining({ code: 'vault.damaged' })
const ringOf = (document: KeyringDocument) => parseKeyringText(JSON.stringify(document), 'test')
const newRing = () => ringOf(addRandomKey(null))

/** The table as the store promises it. */
function tableOf(rows: DataKeyRow[] = []): DataKeys & { rows: DataKeyRow[] } {
  return {
    rows,
    list: async () => [...rows],
    async addFirst(row) {
      if (!rows.some(({ workspaceId }) => workspaceId === row.workspaceId)) rows.push(row)
      return rows.filter(({ workspaceId }) => workspaceId === row.workspaceId)
    },
    add: async (row) => void rows.push(row),
    rewrap: async (row) =>
      void rows.splice(
        rows.findIndex(({ id }) => id === row.id),
        1,
        row,
      ),
  }
}

async function open(keyring = newRing(), table = tableOf(), now = () => 1_000) {
  const envelope = await createEnvelope(keyring, table, { now })
  await envelope.addWorkspace('default')
  return { envelope, keyring, table }
}

describe('sealing', () => {
  test('any text comes back as it was, and never looks the same twice', async () => {
    const { envelope } = await open()
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (plain) => {
        const sealed = envelope.seal(PLACE, plain)
        expect(envelope.open(PLACE, sealed)).toBe(plain)
        expect(Buffer.from(envelope.seal(PLACE, plain)).equals(sealed)).toBe(false)
        if (plain.length > 8) expect(Buffer.from(sealed).includes(plain)).toBe(false)
      }),
    )
  })

  test('a change of any byte, or a cut anywhere, is noticed', async () => {
    const { envelope } = await open()
    const sealed = envelope.seal(PLACE, 'a secret value')
    for (let index = 0; index < sealed.length; index++) {
      const altered = Uint8Array.from(sealed)
      altered[index]! ^= 1 << (index % 8)
      expect(() => envelope.open(PLACE, altered), `byte ${index}`).toThrow(damaged)
      expect(() => envelope.open(PLACE, sealed.subarray(0, index)), `cut at ${index}`).toThrow(damaged)
    }
    expect(() => envelope.open(PLACE, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(damaged)
  })

  test('a value opens nowhere but in its place', async () => {
    const { envelope } = await open()
    await envelope.addWorkspace('other')
    const part = fc.oneof(
      fc.constantFrom('a', 'b', 'ab', '', '"', '","', '\\', 'a","b'),
      fc.string({ maxLength: 4 }),
    )
    const place = fc.record({
      workspaceId: fc.constantFrom('default', 'other'),
      table: part,
      row: part,
      column: part,
    })
    fc.assert(
      fc.property(place, place, (here, there) => {
        const sealed = envelope.seal(here, 'value')
        const same = Object.entries(here).every(
          ([name, value]) => there[name as keyof typeof there] === value,
        )
        if (same) expect(envelope.open(there, sealed)).toBe('value')
        else expect(() => envelope.open(there, sealed)).toThrow(damaged)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    [
      { table: 'a', row: 'bc' },
      { table: 'ab', row: 'c' },
    ],
    [
      { table: 'a,b', row: 'c' },
      { table: 'a', row: 'b,c' },
    ],
    [
      { row: 'a","b', column: 'c' },
      { row: 'a', column: 'b","c' },
    ],
    [
      { row: 'a/b', column: '' },
      { row: 'a', column: 'b' },
    ],
    [{ row: '\ud800' }, { row: '\ufffd' }],
  ])('places that would run together are kept apart: %j and %j', async (here, there) => {
    const { envelope } = await open()
    const sealed = envelope.seal({ ...PLACE, ...here }, 'value')
    expect(envelope.open({ ...PLACE, ...here }, sealed)).toBe('value')
    expect(() => envelope.open({ ...PLACE, ...there }, sealed)).toThrow(damaged)
  })

  test('an error names the place and never the value', async () => {
    const { envelope } = await open()
    const sealed = Uint8Array.from(envelope.seal(PLACE, 'planted-value'))
    sealed[sealed.length - 1]! ^= 1
    expect(() => envelope.open(PLACE, sealed)).toThrow(
      'The sealed value at tokens/c1/sealed was altered or moved.',
    )
  })

  test('text that UTF-8 can not hold is refused, not changed', async () => {
    const { envelope } = await open()
    expect(() => envelope.seal(PLACE, 'a\ud800b')).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    )
  })

  test('a view into a larger buffer opens as well', async () => {
    const { envelope } = await open()
    const sealed = envelope.seal(PLACE, 'value')
    const larger = new Uint8Array(sealed.length + 20)
    larger.set(sealed, 7)
    expect(envelope.open(PLACE, larger.subarray(7, 7 + sealed.length))).toBe('value')
  })

  test('without a data key of the workspace is refused', async () => {
    const { envelope } = await open()
    expect(() => envelope.seal({ ...PLACE, workspaceId: 'unknown' }, 'x')).toThrow(/unknown has no data key/)
  })
})

describe('nodes on one database', () => {
  test('that start at the same time end up with one data key', async () => {
    const keyring = newRing()
    const table = tableOf()
    const [a, b] = await Promise.all([open(keyring, table), open(keyring, table)])
    expect(table.rows).toHaveLength(1)
    expect(b!.envelope.open(PLACE, a!.envelope.seal(PLACE, 'value'))).toBe('value')
  })

  test('seal with a new data key only once all have had time to load it', async () => {
    let now = 1_000
    const clock = () => now
    const keyring = newRing()
    const table = tableOf()
    const a = (await open(keyring, table, clock)).envelope
    const b = (await open(keyring, table, clock)).envelope
    const before = a.seal(PLACE, 'before')
    const first = a.describe()[0]!.dataKey

    now = 2_000
    await a.rotateDataKey('default')
    expect(b.open(PLACE, a.seal(PLACE, 'meanwhile'))).toBe('meanwhile')
    now = 2_030
    await Promise.all([a.reload(), b.reload()])
    expect(a.describe()[0]!.dataKey).toBe(first)

    now = 2_061
    await a.reload()
    expect(a.describe()[0]!.dataKey).not.toBe(first)
    expect(b.open(PLACE, a.seal(PLACE, 'after'))).toBe('after')
    expect(a.open(PLACE, before)).toBe('before')
  })

  test('a node that has not loaded a data key says so', async () => {
    const keyring = newRing()
    const table = tableOf()
    const late = (await open(keyring, table, () => 0)).envelope
    const early = (await open(keyring, table, () => 9_000)).envelope
    table.rows.push({ ...table.rows[0]!, id: '00'.repeat(8) })
    const foreign = Uint8Array.from(early.seal(PLACE, 'x'))
    foreign.fill(0xee, 1, 9)
    expect(() => late.open(PLACE, foreign)).toThrow(
      /names data key eeeeeeeeeeeeeeee, which this node does not know/,
    )
  })
})

describe('the key ring', () => {
  test('with another key is refused at boot, naming both', async () => {
    const { keyring, table } = await open()
    const other = newRing()
    await expect(createEnvelope(other, table, { now: () => 0 })).rejects.toMatchObject({
      code: 'vault.wrong_key',
      detail: `This database is sealed with key ${keyring.active.id}, but the key ring holds ${other.active.id}.`,
      hint: expect.stringContaining('keyring.json'),
    })
  })

  test('with another key under the same id is refused at boot, with both check values', async () => {
    const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
    const { table } = await open(ringOf({ version: 1, active: 'main', keys: { main: key(1) } }))
    const other = ringOf({ version: 1, active: 'main', keys: { main: key(2) } })
    await expect(createEnvelope(other, table, { now: () => 0 })).rejects.toMatchObject({
      code: 'vault.wrong_key',
      detail: expect.stringMatching(
        /key main \(check value [0-9a-f]{16}\), .* id main \(check value [0-9a-f]{16}\)/,
      ),
    })
  })

  test('rotated: what was sealed opens, data keys are wrapped anew, the old key can go', async () => {
    const first = addRandomKey(null)
    const { envelope: before, table } = await open(ringOf(first))
    const sealed = before.seal(PLACE, 'value')

    const second = addRandomKey(first)
    const { envelope } = await open(ringOf(second), table)
    expect(envelope.open(PLACE, sealed)).toBe('value')
    expect(await envelope.rewrap()).toBe(1)
    expect(await envelope.rewrap()).toBe(0)
    expect(envelope.describe()[0]!.ringKey).toBe(second.active)

    const onlyNew = ringOf({ ...second, keys: { [second.active]: second.keys[second.active]! } })
    const after = (await open(onlyNew, table)).envelope
    expect(after.open(PLACE, sealed)).toBe('value')
    await expect(createEnvelope(ringOf(first), table, { now: () => 0 })).rejects.toMatchObject({
      code: 'vault.wrong_key',
    })
  })

  test('a data key that was altered, or moved to another workspace, is noticed at boot', async () => {
    const { keyring, table } = await open()
    const row = table.rows[0]!
    const boot = (altered: DataKeyRow) => createEnvelope(keyring, tableOf([altered]), { now: () => 0 })
    await expect(boot({ ...row, workspaceId: 'other' })).rejects.toEqual(damaged)
    await expect(boot({ ...row, id: 'ff'.repeat(8) })).rejects.toEqual(damaged)
    for (let index = 0; index < row.wrapped.length; index++) {
      const wrapped = Uint8Array.from(row.wrapped)
      wrapped[index]! ^= 1
      const code = index >= 1 && index < 9 ? 'vault.wrong_key' : 'vault.damaged'
      await expect(boot({ ...row, wrapped }), `byte ${index}`).rejects.toMatchObject({ code })
    }
  })
})
