import { SOURCE_NAMES } from '@bursar/domain/outside-reference.ts'
import { describe, expect, test } from 'vitest'
import { KINDS } from './sources.ts'

/** What every place of secrets has to do, whatever it is. */
describe.each(SOURCE_NAMES)('a secret source (%s)', (kind) => {
  test.each([
    ['punctuation', 'jhyun/ku[ojubbj]/jhgfdrg^7*dfg&jkiu#bjshdm,ktttdg'],
    ['letters of all kinds', 'päß wörd — 秘密 🔑'],
    ['lines', '-----BEGIN KEY-----\nMC4CAQ\n-----END KEY-----'],
    ['JSON', '{"a":"b"}'],
    ['blanks at both ends', '  s  '],
  ])('gives %s unharmed', async (_what, value) => {
    const source = await KINDS[kind]()
    await source.write(value)
    expect(await source.read()).toBe(value)
  })

  test('is read at each use: a new value counts at once', async () => {
    const source = await KINDS[kind]()
    await source.write('one')
    expect(await source.read()).toBe('one')
    await source.write('two')
    expect(await source.read()).toBe('two')
  })

  test('says which secret is missing, and what to do', async () => {
    const source = await KINDS[kind]()
    const refusal = await source.refusal()
    expect(refusal).toMatchObject({ code: 'secret.unresolved', hint: expect.stringMatching(/\w{3}.*\.$/) })
    expect(refusal.detail).toMatch(/crm/i)
  })

  test('says that a secret that was there is gone, and keeps no value', async () => {
    const source = await KINDS[kind]()
    await source.write('planted-value')
    await source.read()
    await source.remove()
    const refusal = await source.refusal()
    expect(refusal).toMatchObject({ code: 'secret.unresolved' })
    expect(`${JSON.stringify(refusal)}${refusal.stack}`).not.toContain('planted-value')
  })

  test('refuses an empty secret', async () => {
    const source = await KINDS[kind]()
    await source.write('')
    expect(await source.refusal()).toMatchObject({
      code: 'secret.unresolved',
      detail: expect.stringMatching(/empty/),
    })
  })

  test('gives 64 KiB and refuses more', async () => {
    const source = await KINDS[kind]()
    await source.write('a'.repeat(65_536))
    expect(await source.read()).toHaveLength(65_536)
    await source.write('a'.repeat(65_537))
    expect((await source.refusal()).detail).toContain('larger than 65536 bytes')
  })

  test('says that it may not read a secret, and what to allow', async ({ skip }) => {
    const source = await KINDS[kind]()
    skip(source.deny === null, 'the kind knows no permission here')
    await source.write('planted-value')
    await source.deny!()
    const refusal = await source.refusal()
    expect(refusal).toMatchObject({ code: 'secret.unresolved', hint: expect.stringMatching(/\.$/) })
    expect(refusal.detail).toMatch(/does not let Bursar read|can not be read/)
  })

  test('says that it can not be reached', async ({ skip }) => {
    const source = await KINDS[kind]()
    skip(source.goAway === null, 'the environment is always there')
    await source.write('value')
    await source.goAway!()
    const refusal = await source.refusal()
    expect(refusal).toMatchObject({ code: 'secret.unresolved', hint: expect.stringMatching(/\.$/) })
    expect(refusal.detail).toMatch(/can not be re(ach|a)d|can not be reached/)
  })

  test('reads many at once', async () => {
    const source = await KINDS[kind]()
    await source.write('value')
    const values = await Promise.all(Array.from({ length: 20 }, () => source.read()))
    expect(new Set(values)).toEqual(new Set(['value']))
  })
})
