import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BursarError } from '../src/error.ts'
import { HOP_BY_HOP_HEADERS, hopByHopNames, injectedOutput, injection, tokenHeader } from '../src/header.ts'
import { Secret } from '../src/secret.ts'

const header = (
  tokenType: string,
  token: string,
  written?: Parameters<typeof tokenHeader>[0]['injection'],
) => {
  const { name, value } = tokenHeader({ injection: written }, tokenType, new Secret(token))
  return `${name}: ${value.reveal()}`
}

describe('the header of a token', () => {
  test.each([
    ['Bearer', 'Authorization: Bearer abc'],
    ['bearer', 'Authorization: Bearer abc'],
    ['BEARER', 'Authorization: Bearer abc'],
    ['', 'Authorization: Bearer abc'],
    ['N_A', 'Authorization: Bearer abc'],
    ['basic', 'Authorization: Basic abc'],
    ['dpop', 'Authorization: DPoP abc'],
    ['SSWS', 'Authorization: SSWS abc'],
  ])('of type %j is %s', (tokenType, expected) => {
    expect(header(tokenType, 'abc')).toBe(expected)
  })

  test('follows the recipe', () => {
    expect(header('bearer', 'abc', { header: 'X-Api-Key' })).toBe('X-Api-Key: abc')
    expect(header('bearer', 'abc', { header: 'X-Api-Key', scheme: 'Key' })).toBe('X-Api-Key: Key abc')
    expect(header('bearer', 'abc', { scheme: null })).toBe('Authorization: abc')
    expect(header('bearer', 'abc', { scheme: 'Token' })).toBe('Authorization: Token abc')
  })

  test('is never made of a value that could break out of it', () => {
    const attempt = (token: string, type = 'Bearer') => {
      try {
        return header(type, token)
      } catch (error) {
        return error instanceof BursarError ? error.code : error
      }
    }
    for (const token of ['', 'a\nb', 'a\r\nX: y', 'a\u0000', 'ä', ' a', 'a ', 'a\u007f', '\ud800']) {
      expect(attempt(token)).toBe('token.unsafe_header')
    }
    expect(attempt('abc', 'Bearer\r\nX: y')).toBe('token.unsafe_header')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (token, type) => {
        const made = attempt(token, type)
        expect(made).toMatch(/^[\x20-\x7e]+$/)
      }),
      { seed: 7230 },
    )
  })

  test('does not show the token when it refuses', () => {
    try {
      header('Bearer', 'planted\nvalue')
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('planted')
    }
  })

  test.each(['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'TE', 'a b', '', 'X:', 'X\n'])(
    'is not %j',
    (name) => {
      expect(injection.safeParse({ header: name }).success).toBe(false)
    },
  )

  test('may carry another output', () => {
    const outputs = { accessToken: new Secret('a'), others: { id_token: new Secret('b') } }
    expect(injectedOutput({}, outputs)?.reveal()).toBe('a')
    expect(injectedOutput({ injection: { output: 'access_token' } }, outputs)?.reveal()).toBe('a')
    expect(injectedOutput({ injection: { output: 'id_token' } }, outputs)?.reveal()).toBe('b')
    expect(injectedOutput({ injection: { output: 'constructor' } }, outputs)).toBeUndefined()
  })
})

test('hop-by-hop names are the fixed ones and those Connection nominates', () => {
  expect(hopByHopNames(undefined)).toEqual(HOP_BY_HOP_HEADERS)
  const names = hopByHopNames('close, X-Own ,,"odd"')
  expect(names.has('x-own')).toBe(true)
  expect(names.has('upgrade')).toBe(true)
  expect(names.has('authorization')).toBe(false)
})
