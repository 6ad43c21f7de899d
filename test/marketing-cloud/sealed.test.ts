import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contactLines, sendContacts } from './contact-stream.ts'
import { openWorld, restActivity, secured } from './world.ts'

const world = openWorld()

const SALT = 'c0ffee00'.repeat(8)
const PLANTED = {
  'the client secret': 'canary-client-7f31',
  'the secret of the package': 'canary-package-7f31',
  'the Salt key': SALT,
  'what is known of a contact': 'canary-contact-7f31',
  'what the service said of it': 'canary-answer-7f31',
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

test('no secret and nothing of a contact lies open in the database, the log or an answer', async () => {
  const url = `${world.activity.url}/sealed`
  await world.createContext('sealed', [url], { clientSecret: PLANTED['the client secret'] })
  await world.call('POST', '/salt-keys', { name: 'Salt', externalKey: 'sealed', key: `0x${SALT}` })
  const inArguments = [{ note: '{{Contact.Attribute.Note}}' }]
  const execute = { url, inArguments, useJwt: true, customerKey: 'sealed', ...secured('sealed') }
  const secret = { jwtSigningSecret: PLANTED['the secret of the package'] }
  const answers = [
    await world.call('POST', '/activities', { key: 'sealed', config: restActivity(execute), ...secret }),
    await world.call('POST', '/activities/sealed/publish'),
    await world.call('GET', '/activities/sealed'),
    await world.call('GET', '/security-contexts/sealed'),
    await world.call('GET', '/salt-keys'),
  ]
  world.activity.behave('/sealed', () => ({ said: PLANTED['what the service said of it'] }))
  const key = PLANTED['what is known of a contact']
  const lines = [
    ...contactLines(5),
    JSON.stringify({ key, attributes: { Note: key } }),
    // Parsers like to quote what they can not read.
    `{"key":"${key}",`,
    `{"key":"${key}","${key}":1}`,
  ]
  const stream = await sendContacts(world.api, '/activities/sealed/execute', lines)
  expect((await stream.ended).run.counts).toMatchObject({ ejected: 5, sent: 1, invalid: 2 })
  await world.broker.stop()

  const files = filesBelow(world.broker.dataDir).map((path) => [path, readFileSync(path)] as const)
  expect(files.length).toBeGreaterThan(0)
  const shown = [
    ...files,
    ['the log', Buffer.from(world.broker.log.join('\n'))] as const,
    ...answers.map(({ text }, index) => [`answer ${index}`, Buffer.from(text)] as const),
  ]
  for (const [what, value] of Object.entries(PLANTED)) {
    for (const [where, bytes] of shown)
      expect([what, where, bytes.includes(value)]).toEqual([what, where, false])
  }
})
