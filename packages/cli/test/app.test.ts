import { expect, test } from 'vitest'
import { startBroker } from './server.ts'

const { bursar } = await startBroker()

test('the signing secret of an app is rotated from a variable, and is never shown', async () => {
  const env = { CLIENT: 'canary-client', FORMER: 'canary-former', NEXT: 'canary-next' }
  expect((await bursar(['app-page', 'create', 'legacy', '--compat'])).code).toBe(0)
  const flags = ['--client-secret', 'env:CLIENT', '--signing-secret', 'env:FORMER']
  expect((await bursar(['app', 'create', 'legacy', 'app-1', ...flags], { env })).code).toBe(0)
  const rotate = ['app', 'rotate-signing-secret', 'legacy', 'app-1']
  const rotated = await bursar([...rotate, '--signing-secret', 'env:NEXT', '--overlap', '3600', '--json'], {
    env,
  })
  expect(rotated.code).toBe(0)
  expect(JSON.parse(rotated.stdout).former_signing_secrets).toHaveLength(1)
  expect(rotated.stdout + rotated.stderr).not.toContain('canary')
  expect((await bursar([...rotate, '--signing-secret', 'canary'])).code).toBe(2)
  expect((await bursar(rotate)).code).toBe(2)
})
