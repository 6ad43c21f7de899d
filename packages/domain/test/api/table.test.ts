import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { ANSWERS, BODIES } from '../../src/api/components.ts'
import { DESCRIBED_ROUTES } from '../../src/api/described-routes.ts'
import { describeApi } from '../../src/api/openapi.ts'
import { dialectOf, errorsOf, type Route } from '../../src/api/route.ts'

const routes: readonly Route[] = DESCRIBED_ROUTES
const document = describeApi(routes, '0.1.0') as {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, { properties?: object; additionalProperties?: unknown }>
    responses: Record<string, { content: Record<string, { examples: Record<string, Reference> }> }>
    examples: Record<string, { value: unknown }>
  }
}
interface Reference {
  $ref: string
}
interface Operation {
  operationId: string
  security: object[]
  responses: Record<string, Reference>
}
const lastOf = ({ $ref }: Reference): string => $ref.split('/').at(-1)!
const operationOf = (route: Route) => document.paths[route.path]![route.method.toLowerCase()]!

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(structuredClone(document) as never)
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('every route is in the document and nothing else', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted())
  expect(new Set(routes.map((route) => route.operationId)).size).toBe(routes.length)
})

describe('every route', () => {
  for (const route of routes) {
    test(`${route.operationId} names its path parameters, and only those`, () => {
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(Object.keys(route.params?.shape ?? {})).toEqual(inPath)
    })

    test(`${route.operationId} has examples that its schemas accept`, () => {
      if (route.body) expect(route.body.schema.safeParse(route.body.example).error).toBeUndefined()
      const { schema, example } = route.answer
      if (schema) expect(schema.parse(example)).toEqual(example)
      else expect(route.answer.status === 204 || route.answer.mediaTypes !== undefined).toBe(true)
    })

    test(`${route.operationId} refers to named schemas, so that clients get types with names`, () => {
      const named = Object.values({ ...ANSWERS, ...BODIES })
      for (const schema of [route.body?.schema, route.answer.schema] as Array<z.ZodType | undefined>)
        if (schema && route.scope !== null) expect(named).toContain(schema)
    })

    test(`${route.operationId} documents each of its errors with an example`, () => {
      const { responses, security } = operationOf(route)
      const dialect = dialectOf(route)
      for (const code of errorsOf(route)) {
        const { content } = document.components.responses[lastOf(responses[dialect.statusOf(code)]!)]!
        const example = content[dialect.errorMediaType]!.examples[code]!
        const { value } = document.components.examples[lastOf(example)]!
        expect([code, dialect.errorSchema.parse(value)]).toEqual([code, value])
      }
      expect(security).toEqual(route.scope === null ? [] : [{ key: [] }, { session: [] }])
    })
  }
})

test('every reference leads somewhere, and everything that has a name is referred to', () => {
  const { securitySchemes: _named, ...components } = document.components as Record<string, object>
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/[^"]+)"/g)]
  const named = Object.entries(components).flatMap(([place, all]) =>
    Object.keys(all).map((name) => `${place}/${name}`),
  )
  expect([...new Set(references.map(([, name]) => name!))].toSorted()).toEqual(named.toSorted())
})

test('answers may grow, request bodies may not', () => {
  for (const name of Object.keys(ANSWERS))
    expect(document.components.schemas[name]!.additionalProperties, name).not.toBe(false)
  expect(document.components.schemas.CredentialInput!.additionalProperties).toBe(false)
})
