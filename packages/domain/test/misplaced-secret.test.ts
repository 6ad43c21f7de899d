import { expect, test } from 'vitest'
import { takeMisplaced } from '../src/misplaced-secret.ts'

const pathsIn = (object: Record<string, unknown>) =>
  takeMisplaced(object, '/recipe').problems.map(({ path, hint }) => `${path} ${hint}`)

test('a secret in the query of an endpoint is found, whatever stands beside it', () => {
  for (const query of [
    'client_secret=x',
    'a=b&client-secret=x',
    'flag&clientSecret=x',
    'client%5Fsecret=x',
  ]) {
    expect(pathsIn({ token_url: `https://idp.test/token?${query}` })).toEqual([
      '/recipe/token_url Put it under /secrets/client_secret.',
    ])
  }
})

test('an endpoint with another query is left alone', () => {
  for (const url of [
    'https://idp.test/',
    'https://idp.test/?tenant=a&version',
    'https://idp.test/client_secret',
  ])
    expect(pathsIn({ token_url: url, client_id: 'client_secret=x' })).toEqual([])
})

test('a label that is named like a secret is found', () => {
  expect(pathsIn({ labels: { team: 'a', password: 'x' } })).toEqual([
    '/recipe/labels/password Put it under /secrets/password.',
  ])
})
