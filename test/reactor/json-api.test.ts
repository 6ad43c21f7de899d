import { expect, test } from 'vitest'
import { change, create, errorsOf, type Json, MEDIA_TYPE, openWorld, to } from './world.ts'

const world = openWorld()
const call: typeof world.call = (...rest) => world.call(...rest)
const properties = () => `/companies/${world.companyId}/properties`

/** Documents that are none, each with the pointer to what is wrong. */
const MALFORMED: ReadonlyArray<readonly [what: string, document: Json, pointer: string]> = [
  ['a text', 'properties', ''],
  ['a number', 7, ''],
  ['null', null, ''],
  ['a list', [create('properties', { name: 'x' })], ''],
  ['no data', {}, '/data'],
  ['meta without data', { meta: {} }, '/data'],
  ['data that are null', { data: null }, '/data'],
  ['data that are a list', { data: [{ type: 'properties' }] }, '/data'],
  ['data that are a text', { data: 'properties' }, '/data'],
  ['errors', { ...create('properties', { name: 'x' }), errors: [] }, '/errors'],
  ['included resources', { ...create('properties', { name: 'x' }), included: [] }, '/included'],
  ['an unknown member at the top', { ...create('properties', { name: 'x' }), 'a/b~c': 1 }, '/a~1b~0c'],
  ['meta that are a list', { ...create('properties', { name: 'x' }), meta: [] }, '/meta'],
  ['links that are a text', { ...create('properties', { name: 'x' }), links: 'x' }, '/links'],
  ['jsonapi that is a text', { ...create('properties', { name: 'x' }), jsonapi: '1.0' }, '/jsonapi'],
  ['no type', { data: { attributes: { name: 'x' } } }, '/data/type'],
  ['a type that is a number', { data: { type: 7, attributes: { name: 'x' } } }, '/data/type'],
  ['no attributes', { data: { type: 'properties' } }, '/data/attributes'],
  ['attributes that are null', { data: { type: 'properties', attributes: null } }, '/data/attributes'],
  ['attributes that are a list', { data: { type: 'properties', attributes: [] } }, '/data/attributes'],
  ['an attribute called id', create('properties', { name: 'x', id: 'y' }), '/data/attributes/id'],
  ['an attribute called type', create('properties', { name: 'x', type: 'y' }), '/data/attributes/type'],
  ['an attribute called links', create('properties', { name: 'x', links: {} }), '/data/attributes/links'],
  [
    'an attribute called relationships',
    create('properties', { name: 'x', relationships: {} }),
    '/data/attributes/relationships',
  ],
  [
    'an attribute and a relationship of one name',
    create('properties', { name: 'x', company: 'y' }, { company: to('companies', 'CO') }),
    '/data/relationships/company',
  ],
  [
    'an unknown member of a resource',
    { data: { ...create('properties', { name: 'x' }).data, x: 1 } },
    '/data/x',
  ],
  [
    'relationships that are a list',
    { data: { ...create('properties', { name: 'x' }).data, relationships: [] } },
    '/data/relationships',
  ],
  [
    'an unknown relationship',
    create('properties', { name: 'x' }, { owner: to('companies', 'CO') }),
    '/data/relationships/owner',
  ],
  [
    'a relationship called type',
    create('properties', { name: 'x' }, { type: to('companies', 'CO') }),
    '/data/relationships/type',
  ],
  [
    'a relationship that is null',
    create('properties', { name: 'x' }, { company: null }),
    '/data/relationships/company',
  ],
  [
    'a relationship without data',
    create('properties', { name: 'x' }, { company: { links: {} } }),
    '/data/relationships/company/data',
  ],
  [
    'a relationship with an unknown member',
    create('properties', { name: 'x' }, { company: { ...to('companies', 'CO'), x: 1 } }),
    '/data/relationships/company/x',
  ],
  [
    'many where one is meant',
    create('properties', { name: 'x' }, { company: { data: [] } }),
    '/data/relationships/company/data',
  ],
  [
    'linkage without a type',
    create('properties', { name: 'x' }, { company: { data: { id: 'CO' } } }),
    '/data/relationships/company/data/type',
  ],
  [
    'linkage without an id',
    create('properties', { name: 'x' }, { company: { data: { type: 'companies' } } }),
    '/data/relationships/company/data/id',
  ],
  [
    'linkage of another type',
    create('properties', { name: 'x' }, { company: to('secrets', 'SE') }),
    '/data/relationships/company/data/type',
  ],
  [
    'linkage with attributes',
    create(
      'properties',
      { name: 'x' },
      { company: { data: { type: 'companies', id: 'CO', attributes: {} } } },
    ),
    '/data/relationships/company/data/attributes',
  ],
  [
    'meta of the resource that are a text',
    { data: { ...create('properties', { name: 'x' }).data, meta: 'x' } },
    '/data/meta',
  ],
]

test('R49: a document that is no JSON:API is refused with a pointer, and changes nothing', async () => {
  const count = async () => (await call('GET', properties())).body.meta.pagination.total_count
  const before = await count()
  for (const [what, document, pointer] of MALFORMED) {
    const refused = await call('POST', properties(), undefined, { raw: JSON.stringify(document) })
    expect([what, errorsOf(refused)]).toEqual([what, [['400', 'invalid-document', pointer]]])
  }
  expect(await count()).toBe(before)
})

test('R49: every fault of a document is told at once', async () => {
  const document = { data: { attributes: [], relationships: { x: 1 }, y: 2 }, meta: 3 }
  const refused = await call('POST', properties(), document)
  expect(
    errorsOf(refused)
      .map(([, , pointer]) => pointer)
      .toSorted(),
  ).toEqual(['/data/attributes', '/data/relationships/x', '/data/type', '/data/y', '/meta'])
})

test('R49: text that is no JSON, or means two things, is refused', async () => {
  for (const raw of ['', '{', '{"data":1,}', "{'data':1}", '{"data":1,"data":2}', '{"__proto__":1}', '﻿{}']) {
    const refused = await call('POST', properties(), undefined, { raw })
    expect([raw, refused.status, refused.body.errors[0].code]).toEqual([raw, 400, 'invalid-document'])
  }
})

test('R49: another type, another id and an id of the client have statuses of their own', async () => {
  const other = await call('POST', properties(), create('secrets', { name: 'x' }))
  expect(errorsOf(other)).toEqual([['409', 'conflict', '/data/type']])
  const own = { data: { ...create('properties', { name: 'x' }).data, id: `PR${'0'.repeat(32)}` } }
  expect(errorsOf(await call('POST', properties(), own))).toEqual([
    ['403', 'client-generated-id', '/data/id'],
  ])
  const id = await world.property()
  const elsewhere = change('properties', `PR${'0'.repeat(32)}`, { attributes: { name: 'y' } })
  expect(errorsOf(await call('PATCH', `/properties/${id}`, elsewhere))).toEqual([
    ['409', 'conflict', '/data/id'],
  ])
  for (const written of [undefined, 7, null]) {
    const document = { data: { type: 'properties', id: written } }
    expect(errorsOf(await call('PATCH', `/properties/${id}`, document))).toEqual([
      ['400', 'invalid-document', '/data/id'],
    ])
  }
  // What is changed may have no attributes at all, and meta, links and jsonapi may come along.
  const nothing = { ...change('properties', id, { links: {}, meta: {} }), jsonapi: { version: '1.0' } }
  expect((await call('PATCH', `/properties/${id}`, nothing)).status).toBe(200)
})

test('R49: bodies are application/vnd.api+json, without parameters', async () => {
  const raw = JSON.stringify(create('properties', { name: 'x' }))
  const send = (type: string) =>
    call('POST', properties(), undefined, { raw, headers: { 'Content-Type': type } })
  for (const type of [
    'application/json',
    'text/plain',
    `${MEDIA_TYPE}; charset=utf-8`,
    `${MEDIA_TYPE};ext=x`,
  ]) {
    const refused = await send(type)
    expect([type, refused.status, refused.body.errors[0].code]).toEqual([type, 415, 'media-type'])
  }
  expect((await send(MEDIA_TYPE)).status).toBe(201)
  expect((await send('Application/VND.api+JSON')).status).toBe(201)
})

test('R49: answers are application/vnd.api+json, unless nobody wants that', async () => {
  const get = (accept: string) => call('GET', '/companies', undefined, { headers: { Accept: accept } })
  for (const accept of [
    MEDIA_TYPE,
    `${MEDIA_TYPE};revision=1`,
    `${MEDIA_TYPE};profile="https://example.com/p"`,
    `${MEDIA_TYPE};ext=x, ${MEDIA_TYPE}`,
    'application/json',
    '*/*',
    'text/html, */*;q=0.1',
    '',
  ]) {
    const answered = await get(accept)
    expect([accept, answered.status, answered.headers.get('content-type')]).toEqual([accept, 200, MEDIA_TYPE])
  }
  for (const accept of [
    'text/html',
    `${MEDIA_TYPE};ext=x`,
    `${MEDIA_TYPE};charset=utf-8`,
    `${MEDIA_TYPE};q=0`,
  ]) {
    const refused = await get(accept)
    expect([accept, refused.status, refused.body.errors[0].code]).toEqual([accept, 406, 'not-acceptable'])
    expect(refused.headers.get('content-type')).toBe(MEDIA_TYPE)
  }
})

test('R49: every error has an id, a status in a text, a code, its title, the request and a source', async () => {
  const { body, headers } = await call('GET', `/secrets/SE${'0'.repeat(32)}`)
  expect(body).toEqual({
    errors: [
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        status: '404',
        code: 'not-found',
        title: 'Record Not Found',
        detail: expect.any(String),
        meta: { request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
        source: {},
      },
    ],
  })
  expect(headers.get('x-request-id')!.replaceAll('-', '')).toBe(body.errors[0].meta.request_id)
  for (const path of [
    '/nothing',
    '/properties',
    `/secrets/PR${'0'.repeat(32)}`,
    '/secrets/%00',
    '/secrets/x',
  ])
    expect([path, (await call('GET', path)).body.errors[0].code]).toEqual([path, 'not-found'])
})

test('R49: a method that a path does not take says which ones it takes', async () => {
  const property = await world.property()
  for (const [method, path, allow] of [
    ['PUT', `/properties/${property}`, 'GET, PATCH, DELETE, HEAD'],
    ['DELETE', `/properties/${property}/secrets`, 'POST, GET, HEAD'],
    ['PATCH', `/notes/NT${'0'.repeat(32)}`, 'GET, HEAD'],
    ['POST', '/extension_packages', 'GET, HEAD'],
  ] as const) {
    const refused = await call(method, path)
    expect([path, ...errorsOf(refused)[0]!.slice(0, 2)]).toEqual([path, '405', 'method-not-allowed'])
    expect(refused.headers.get('allow')).toBe(allow)
  }
})

test('R49: a call without a key, or without the right to it, is refused in the same shape', async () => {
  for (const key of ['wrong', 'bsr_test_wrong']) {
    const refused = await call('GET', '/companies', undefined, { key })
    expect([refused.status, refused.body.errors[0].code]).toEqual([401, 'authentication-failure'])
  }
  const { body } = await world.broker.api.call('POST', '/v1/callers', {
    name: 'reader',
    scopes: ['credentials:read'],
  })
  const key = (body as Json).key
  expect((await call('GET', '/companies', undefined, { key })).status).toBe(200)
  const refused = await call('POST', properties(), create('properties', { name: 'x' }), { key })
  expect([refused.status, refused.body.errors[0].code]).toEqual([403, 'not-authorized'])
  // The headers of Adobe's gateway are taken, and decide nothing.
  const headers = { 'x-api-key': 'Activation-DTM', 'x-gw-ims-org-id': 'ORG@AdobeOrg' }
  expect((await call('GET', '/companies', undefined, { headers })).status).toBe(200)
})

test('R46: an order, a page or a parameter that is not understood is refused', async () => {
  const id = await world.property()
  const path = `/properties/${id}/secrets`
  for (const [query, parameter] of [
    ['page[number]=0', 'page[number]'],
    ['page[number]=x', 'page[number]'],
    ['page[number]=-1', 'page[number]'],
    ['page[size]=0', 'page[size]'],
    ['page[size]=1.5', 'page[size]'],
    ['page[offset]=1', 'page[offset]'],
    ['sort=', 'sort'],
    ['sort=credentials', 'sort'],
    ['sort=name,%2Bnothing', 'sort'],
    ['include=environment', 'include'],
    ['colour=red', 'colour'],
  ] as const)
    expect([query, errorsOf(await call('GET', `${path}?${query}`))]).toEqual([
      query,
      [['400', 'invalid-parameter', parameter]],
    ])
  expect((await call('GET', `${path}?_cache=1`)).status).toBe(200)
})

test('R46: only the fields that are asked for are shown', async () => {
  const id = await world.property()
  const { body } = await call('GET', `/properties/${id}?fields[properties]=name,company`)
  expect(Object.keys(body.data.attributes)).toEqual(['name'])
  expect(Object.keys(body.data.relationships)).toEqual(['company'])
})

test('R49: what is too large is refused', async () => {
  const refused = await call('POST', properties(), create('properties', { name: 'x'.repeat(1_100_000) }))
  expect([refused.status, refused.body.errors[0].code]).toEqual([413, 'too-large'])
})
