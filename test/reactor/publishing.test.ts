import { expect, test } from 'vitest'
import { faultsOf, openDesk, SEND } from './forwarding.ts'
import { change, create, errorsOf, idsOf, type Json, namesOf, openWorld, to } from './world.ts'

const world = openWorld()
const call: typeof world.call = (...rest) => world.call(...rest)

test('a property for event forwarding has the core extension, and takes it over when it is asked for', async () => {
  const propertyId = await world.property()
  const path = `/properties/${propertyId}/extensions`
  const found = await call('GET', `${path}?filter[name]=EQ core`)
  expect(namesOf(found)).toEqual(['core'])
  const [core] = idsOf(found)
  const packages = await call('GET', '/extension_packages?filter[name]=EQ core')
  expect(namesOf(packages)).toEqual(['core'])
  const [packageId] = idsOf(packages)
  expect(packages.body.data[0].attributes.data_elements).toContainEqual(
    expect.objectContaining({
      id: 'core::dataElements::secret',
      display_name: 'Secret',
      schema: expect.any(Object),
    }),
  )
  const sorted = async (query: string) => namesOf(await call('GET', `/extension_packages?${query}`))
  expect(await sorted('sort=+name')).toEqual(['adobe-cloud-connector', 'core'])
  // As Adobe's SDK asks for them.
  expect(await sorted('filter[platform]=EQ edge&max_availability=private&sort=-name&page[size]=1')).toEqual([
    'core',
  ])
  const wanted = create('extensions', {}, { extension_package: to('extension_packages', packageId!) })
  const taken = await call('POST', path, wanted)
  expect([taken.status, taken.body.data.id]).toEqual([201, core])
  expect(errorsOf(await call('POST', path, wanted))).toEqual([['409', 'not-unique', '/data/attributes/name']])
  const others = await call('GET', '/extension_packages?filter[name]=EQ adobe-cloud-connector')
  const other = { extension_package: to('extension_packages', idsOf(others)[0]!) }
  const exchanged = change('extensions', core!, { relationships: other })
  expect(errorsOf(await call('PATCH', `/extensions/${core}`, exchanged))).toEqual([
    ['422', 'invalid-extension', '/data/relationships/extension_package/data/id'],
  ])
  expect((await call('GET', `/extensions/${core}/extension_package`)).body.data.id).toBe(packageId)
  expect(errorsOf(await call('POST', path, create('extensions', {})))).toEqual([
    ['422', 'invalid-extension', '/data/relationships/extension_package'],
  ])
  const web = await world.property({ platform: 'web' })
  expect(idsOf(await call('GET', `/properties/${web}/extensions`))).toEqual([])
})

test('the core extension that is taken over after it was revised has changed', async () => {
  const propertyId = await world.property()
  const path = `/properties/${propertyId}/extensions`
  const [core] = idsOf(await call('GET', path))
  await call('PATCH', `/extensions/${core}`, change('extensions', core!, { meta: { action: 'revise' } }))
  const [packageId] = idsOf(await call('GET', '/extension_packages?filter[name]=EQ core'))
  const wanted = create('extensions', {}, { extension_package: to('extension_packages', packageId!) })
  expect((await call('POST', path, wanted)).body.data.attributes.dirty).toBe(true)
})

test('what is always there is filtered by instants as anything else', async () => {
  for (const path of ['/companies', '/extension_packages']) {
    const count = async (filter: string) =>
      idsOf(await call('GET', `${path}?filter[created_at]=${filter}`)).length
    expect(await count('GT 2020-01-01T00:00:00Z')).toBe(0)
    expect(await count('LT 2020-01-01T00:00:00Z')).toBeGreaterThan(0)
    expect(await count('EQ 1970-01-01T00:00:00Z')).toBeGreaterThan(0)
  }
  const desk = await openDesk(world)
  const ruleId = await desk.rule('dated', { actions: [{ method: 'GET', url: 'https://a.example/' }] })
  const [component] = idsOf(await call('GET', `/rules/${ruleId}/rule_components`))
  const rules = (filter: string) =>
    call('GET', `/rule_components/${component}/rules?filter[created_at]=${filter}`)
  expect(idsOf(await rules('GT 2020-01-01T00:00:00Z'))).toEqual([ruleId])
  expect(idsOf(await rules('LT 2020-01-01T00:00:00Z'))).toEqual([])
})

test('a data element says what is wrong with its delegate and its settings', async () => {
  const desk = await openDesk(world)
  const attempt = async (delegate: string, settings: unknown, attributes: Json = {}) => {
    const text = typeof settings === 'string' ? settings : JSON.stringify(settings)
    const document = create('data_elements', {
      name: 'x',
      delegate_descriptor_id: delegate,
      settings: text,
      ...attributes,
    })
    return call('POST', `/properties/${desk.propertyId}/data_elements`, document)
  }
  const settingsAt = '/data/attributes/settings'
  const delegateAt = '/data/attributes/delegate_descriptor_id'
  const path = 'core::dataElements::path'
  expect(errorsOf(await attempt(path, '{"path"'))).toEqual([['422', 'invalid-settings-syntax', settingsAt]])
  expect(errorsOf(await attempt(path, '[]'))).toEqual([['422', 'invalid-settings-syntax', settingsAt]])
  expect(errorsOf(await attempt(path, { path: '' }))).toEqual([['422', 'invalid-data_element', settingsAt]])
  expect(errorsOf(await attempt(path, {}, { settings: {} }))).toEqual([
    ['422', 'invalid-data_element', settingsAt],
  ])
  expect(errorsOf(await attempt('core::dataElements::nothing', {}))).toEqual([
    ['422', 'delegate-descriptor-unresolved', delegateAt],
  ])
  expect(errorsOf(await attempt(SEND, {}))).toEqual([['422', 'delegate-descriptor-unresolved', delegateAt]])
  const code = await attempt('core::dataElements::custom-code', { source: 'return process.env' })
  expect(errorsOf(code)).toEqual([['422', 'delegate-descriptor-unresolved', delegateAt]])
  expect(code.body.errors[0].detail).toContain('Custom code is not run here')
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`
  expect(errorsOf(await attempt(path, `{"path":${deep}}`))).toEqual([
    ['422', 'invalid-settings-syntax', settingsAt],
  ])
  expect(idsOf(await call('GET', `/properties/${desk.propertyId}/data_elements`))).toEqual([])
})

test('a data element is unique by name, changes, is revised, and its revisions stay', async () => {
  const desk = await openDesk(world)
  const id = await desk.element('order', 'path', { path: 'arc.event.order' })
  const path = `/data_elements/${id}`
  const same = create('data_elements', {
    name: 'order',
    delegate_descriptor_id: 'core::dataElements::ip',
    settings: '{}',
  })
  expect(errorsOf(await call('POST', `/properties/${desk.propertyId}/data_elements`, same))).toEqual([
    ['409', 'not-unique', '/data/attributes/name'],
  ])
  const revised = await call('PATCH', path, change('data_elements', id, { meta: { action: 'revise' } }))
  expect(revised.body.data).toMatchObject({
    attributes: { name: 'order', revision_number: 1, dirty: false, published: false },
    relationships: { origin: { data: { id, type: 'data_elements' } } },
  })
  const revisionId = revised.body.data.id
  expect(revisionId).not.toBe(id)
  const changed = await call('PATCH', path, change('data_elements', id, { attributes: { name: 'purchase' } }))
  expect(changed.body.data.attributes).toMatchObject({ name: 'purchase', revision_number: 0, dirty: true })
  expect(changed.body.data.meta).toEqual({ latest_revision_number: 1 })
  const second = change('data_elements', id, {
    attributes: { clean_text: true },
    meta: { action: 'revise' },
  })
  expect((await call('PATCH', path, second)).body.data.attributes).toMatchObject({
    name: 'purchase',
    clean_text: true,
    revision_number: 2,
  })
  // The head is one of them.
  expect(idsOf(await call('GET', `${path}/revisions`))[0]).toBe(id)
  expect(
    namesOf(
      await call('GET', `/data_elements/${revisionId}/revisions?filter[revision_number]=GT 0&sort=name`),
    ),
  ).toEqual(['order', 'purchase'])
  expect((await call('GET', `/data_elements/${revisionId}/origin`)).body.data.id).toBe(id)
  expect(namesOf(await call('GET', `/properties/${desk.propertyId}/data_elements`))).toEqual(['purchase'])
  const patch = change('data_elements', revisionId, { attributes: { name: 'y' } })
  expect(errorsOf(await call('PATCH', `/data_elements/${revisionId}`, patch))).toEqual([
    ['409', 'read-only', '/data'],
  ])
  expect(
    errorsOf(await call('PATCH', path, change('data_elements', id, { meta: { action: 'explode' } }))),
  ).toEqual([['422', 'invalid-data_element', '/data/meta/action']])
  expect((await call('GET', `${path}/extension`)).body.data.attributes.name).toBe('core')
  expect((await call('GET', `${path}/property`)).body.data.id).toBe(desk.propertyId)
})

test('a rule component belongs to a rule, and changes it', async () => {
  const desk = await openDesk(world)
  const ruleId = await desk.rule('forward', { actions: [{ method: 'GET', url: 'https://a.example/' }] })
  const [componentId] = idsOf(await call('GET', `/rules/${ruleId}/rule_components`))
  const revise = change('rules', ruleId, { meta: { action: 'revise' } })
  const revision = (await call('PATCH', `/rules/${ruleId}`, revise)).body.data
  expect((await call('GET', `/rules/${ruleId}`)).body.data.attributes.dirty).toBe(false)
  const settings = JSON.stringify({ method: 'GET', url: 'https://b.example/' })
  const changed = change('rule_components', componentId!, { attributes: { settings } })
  expect((await call('PATCH', `/rule_components/${componentId}`, changed)).status).toBe(200)
  expect((await call('GET', `/rules/${ruleId}`)).body.data.attributes.dirty).toBe(true)
  const frozen = await call('GET', `/rules/${revision.id}/rule_components`)
  expect(frozen.body.data[0].attributes.settings).toContain('a.example')
  expect(idsOf(await call('GET', `/rule_components/${componentId}/rules`))).toEqual([ruleId])
  const path = `/properties/${desk.propertyId}/rule_components`
  const lost = create('rule_components', { name: 'x', delegate_descriptor_id: SEND, settings })
  expect(errorsOf(await call('POST', path, lost))).toEqual([
    ['422', 'invalid-rule_component', '/data/relationships/rules'],
  ])
  // Where its components are listed, the rule is the one of the path.
  const here = await call('POST', `/rules/${ruleId}/rule_components`, lost)
  expect([here.status, here.body.data.relationships.rules.data]).toEqual([
    201,
    [{ type: 'rules', id: ruleId }],
  ])
  expect((await call('DELETE', `/rule_components/${here.body.data.id}`)).status).toBe(204)
  // It is in one rule, and stays there.
  const otherId = await desk.rule('other', {})
  const ids = (...rules: string[]) => ({ rules: { data: rules.map((id) => ({ type: 'rules', id })) } })
  const rulesAt = (index: number) => [
    ['422', 'invalid-rule_component', `/data/relationships/rules/data/${index}/id`],
  ]
  const inRules = (...rules: string[]) => ({ data: { ...lost.data, relationships: ids(...rules) } })
  expect(errorsOf(await call('POST', path, inRules(ruleId, otherId)))).toEqual(rulesAt(1))
  const below = `/rules/${ruleId}/rule_components`
  expect(errorsOf(await call('POST', below, inRules(otherId)))).toEqual(rulesAt(0))
  const moved = (id: string) => change('rule_components', componentId!, { relationships: ids(id) })
  const component = `/rule_components/${componentId}`
  expect(errorsOf(await call('PATCH', component, moved(otherId)))).toEqual(rulesAt(0))
  expect((await call('PATCH', component, moved(ruleId))).status).toBe(200)
  expect(idsOf(await call('GET', below))).toEqual([componentId])
  expect(idsOf(await call('GET', `/rules/${otherId}/rule_components`))).toEqual([])
  // Of a revision they are filtered as of the head.
  for (const rule of [ruleId, revision.id]) {
    const filtered = (name: string) => call('GET', `/rules/${rule}/rule_components?filter[name]=${name}`)
    expect(idsOf(await filtered('EQ nothing'))).toEqual([])
    expect(idsOf(await filtered('NOT nothing'))).toEqual([componentId])
  }
  for (const [written, what] of [
    [{ method: 'GET', url: 'ftp://a.example/' }, '/url'],
    [{ method: 'TRACE', url: 'https://a.example/' }, '/method'],
    [{ method: 'GET', url: 'https://a.example/', useMtls: true }, '/useMtls'],
    [{ method: 'GET', url: 'https://a.example/', headers: [{ key: 'a b', value: '' }] }, '/headers/0/key'],
  ] as const) {
    const attributes = { name: 'x', delegate_descriptor_id: SEND, settings: JSON.stringify(written) }
    const refused = await call(
      'POST',
      path,
      create('rule_components', attributes, { rules: { data: [{ type: 'rules', id: ruleId }] } }),
    )
    expect(errorsOf(refused)).toEqual([['422', 'invalid-rule_component', '/data/attributes/settings']])
    expect(refused.body.errors[0].detail).toContain(what)
  }
  const gone = `/rule_components/${componentId}`
  expect((await call('GET', gone)).body.data.attributes.deleted_at).toBeNull()
  expect((await call('DELETE', gone)).status).toBe(204)
  expect(idsOf(await call('GET', `/rules/${ruleId}/rule_components`))).toEqual([])
  // It can be read still, as a rule can, and is neither changed nor deleted again.
  expect((await call('GET', gone)).body.data).toMatchObject({
    id: componentId,
    attributes: { deleted_at: expect.stringMatching(/Z$/) },
  })
  expect(idsOf(await call('GET', `${gone}/rules`))).toEqual([ruleId])
  expect((await call('PATCH', gone, changed)).status).toBe(404)
  expect((await call('DELETE', gone)).status).toBe(404)
  await call('DELETE', `/properties/${desk.propertyId}`)
  expect((await call('GET', gone)).status).toBe(404)
})

test('an expression that RE2 does not know is refused where it is written', async () => {
  const desk = await openDesk(world)
  const ruleId = await desk.rule('empty', {})
  const settings = JSON.stringify({
    leftOperand: '{{x}}',
    comparison: { operator: 'matchesRegex' },
    rightOperand: '(?=a)',
  })
  const attributes = { name: 'x', delegate_descriptor_id: 'core::conditions::value-comparison', settings }
  const document = create('rule_components', attributes, { rules: { data: [{ type: 'rules', id: ruleId }] } })
  const refused = await call('POST', `/properties/${desk.propertyId}/rule_components`, document)
  expect(refused.body.errors[0]).toMatchObject({
    code: 'invalid-rule_component',
    detail: expect.stringContaining('no regular expression of RE2'),
  })
})

test('a library goes from development over staging to production, and is published by its last build', async () => {
  const desk = await openDesk(world)
  const [development, staging, production] = [
    await world.environment(desk.propertyId),
    await world.environment(desk.propertyId, 'staging'),
    await world.environment(desk.propertyId, 'production'),
  ]
  const elementId = await desk.element('kind', 'path', { path: 'arc.event.kind' })
  const ruleId = await desk.rule('forward', { actions: [] })
  const id = await desk.library(development, { data_elements: [elementId], rules: [ruleId] })
  const library = async () => (await call('GET', `/libraries/${id}`)).body.data
  expect((await library()).attributes).toMatchObject({ state: 'development', build_required: true })
  expect((await desk.build(id)).attributes.status).toBe('succeeded')
  expect((await library()).attributes.build_required).toBe(false)
  expect((await desk.act(id, 'submit')).body.data).toMatchObject({
    attributes: { state: 'submitted' },
    relationships: { environment: { data: { id: staging } } },
  })
  expect(errorsOf(await desk.add(id, 'rules', [ruleId]))).toEqual([['409', 'conflict', '/data']])
  expect((await desk.build(id)).relationships.environment.data.id).toBe(staging)
  expect((await desk.act(id, 'approve')).body.data.relationships.environment.data.id).toBe(production)
  const last = await desk.build(id)
  expect(last.attributes.status).toBe('succeeded')
  expect((await library()).attributes).toMatchObject({ state: 'published', published_at: expect.any(String) })
  expect((await call('GET', `/data_elements/${elementId}`)).body.data.attributes.published).toBe(true)
  expect(errorsOf(await call('POST', `/libraries/${id}/builds`))).toEqual([['409', 'conflict', '/data']])
  expect(errorsOf(await desk.act(id, 'reject'))).toEqual([['409', 'conflict', '/data/meta/action']])
  expect(errorsOf(await call('DELETE', `/libraries/${id}`))).toEqual([['409', 'conflict', '/data']])
  expect(idsOf(await call('GET', `/libraries/${id}/builds?sort=-created_at`))).toHaveLength(3)
  expect(idsOf(await call('GET', `/environments/${production}/builds`))).toEqual([last.id])
  expect((await call('GET', `/builds/${last.id}/library`)).body.data.id).toBe(id)
  expect((await call('GET', `/environments/${development}/library`)).body.data).toBeNull()
  for (const type of ['data_elements', 'rules']) {
    const inBuild = idsOf(await call('GET', `/builds/${last.id}/${type}`))
    expect(inBuild).toEqual(idsOf(await call('GET', `/libraries/${id}/${type}`)))
    expect(idsOf(await call('GET', `/${type}/${inBuild[0]}/libraries`))).toEqual([id])
  }
  expect(idsOf(await call('GET', `/data_elements/${elementId}/libraries`))).toEqual([id])
  const next = await desk.library(null)
  expect((await call('GET', `/libraries/${next}/upstream_library`)).body.data.id).toBe(id)
  expect((await call('GET', `/libraries/${id}/upstream_library`)).body.data).toBeNull()
})

test('a library is rejected back to the desk', async () => {
  const desk = await openDesk(world)
  const id = await desk.library(null)
  expect(errorsOf(await call('POST', `/libraries/${id}/builds`))).toEqual([
    ['409', 'environment-required', '/data/relationships/environment'],
  ])
  expect(errorsOf(await desk.act(id, 'develop'))).toEqual([['409', 'conflict', '/data/meta/action']])
  await desk.act(id, 'submit')
  expect((await desk.act(id, 'reject')).body.data.attributes.state).toBe('rejected')
  expect((await desk.act(id, 'develop')).body.data.attributes.state).toBe('development')
  expect(errorsOf(await desk.act(id, 'publish'))).toEqual([['422', 'invalid-library', '/data/meta/action']])
  expect((await call('DELETE', `/libraries/${id}`)).status).toBe(204)

  const environment = await world.environment(desk.propertyId)
  const other = await desk.library(environment)
  const environmentOf = async (library: string) =>
    (await call('GET', `/libraries/${library}/relationships/environment`)).body.data?.id ?? null
  await desk.act(other, 'submit')
  expect(await environmentOf(other)).toBeNull()
  await desk.act(other, 'reject')
  expect(await environmentOf(other)).toBe(environment)
  await desk.act(other, 'develop')
  expect(await environmentOf(other)).toBe(environment)
  expect((await desk.build(other)).attributes.status).toBe('succeeded')
  await desk.act(other, 'approve')
  const third = await desk.library(environment)
  await desk.act(other, 'reject')
  expect([await environmentOf(other), await environmentOf(third)]).toEqual([null, environment])
})

test('an environment has one library, of the right stage and the right property', async () => {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const staging = await world.environment(desk.propertyId, 'staging')
  const first = await desk.library(environment)
  const second = await desk.library(null)
  const path = `/libraries/${second}/relationships/environment`
  expect(errorsOf(await call('PATCH', path, to('environments', environment)))).toEqual([
    ['409', 'environment-in-use', '/data/id'],
  ])
  expect(errorsOf(await call('PATCH', path, to('environments', staging)))).toEqual([
    ['409', 'invalid-library', '/data/id'],
  ])
  const elsewhere = await world.environment(await world.property())
  expect(errorsOf(await call('PATCH', path, to('environments', elsewhere)))).toEqual([
    ['409', 'invalid-library', '/data/id'],
  ])
  expect(
    (await call('PATCH', `/libraries/${first}/relationships/environment`, { data: null })).body.data,
  ).toBeNull()
  // Adobe's SDK says the id of the library as well.
  const named = { ...to('environments', environment), id: second }
  expect((await call('PATCH', path, named)).body.data.id).toBe(environment)
  expect((await call('GET', `/environments/${environment}/library`)).body.data.id).toBe(second)
  await call('DELETE', `/environments/${environment}`)
  expect((await call('POST', `/libraries/${second}/builds`)).status).toBe(409)
})

test('resources are added, replaced and removed as revisions; one resource is in a library once', async () => {
  const desk = await openDesk(world)
  const [a, b] = [await desk.element('a', 'ip', {}), await desk.element('b', 'ip', {})]
  const id = await desk.library(null)
  const path = `/libraries/${id}/relationships/data_elements`
  const names = async () => namesOf(await call('GET', `/libraries/${id}/data_elements`))
  const added = await desk.add(id, 'data_elements', [a])
  expect(added.body.data).toHaveLength(1)
  const [firstRevision] = idsOf(added)
  expect(firstRevision).not.toBe(a)
  expect(idsOf(await desk.add(id, 'data_elements', [a]))).toEqual([firstRevision])
  await call('PATCH', `/data_elements/${a}`, change('data_elements', a, { attributes: { name: 'a2' } }))
  const again = await desk.add(id, 'data_elements', [a])
  expect(idsOf(again)).toHaveLength(1)
  expect(await names()).toEqual(['a2'])
  expect(errorsOf(await desk.add(id, 'data_elements', [a, firstRevision!]))).toEqual([
    ['409', 'multiple-revisions', '/data/1/id'],
  ])
  // What is refused has made no revision.
  const made = async () => idsOf(await call('GET', `/data_elements/${b}/revisions`))
  expect(errorsOf(await desk.add(id, 'data_elements', [b, b]))).toEqual([
    ['409', 'multiple-revisions', '/data/1/id'],
  ])
  expect(await made()).toEqual([b])
  await call('PATCH', path, { data: [{ type: 'data_elements', id: b }] })
  expect(await names()).toEqual(['b'])
  await call('DELETE', path, { data: [{ type: 'data_elements', id: b }] })
  expect(await names()).toEqual([])
  expect(errorsOf(await desk.add(id, 'data_elements', [`DE${'0'.repeat(32)}`]))).toEqual([
    ['404', 'not-found', '/data/0/id'],
  ])
  expect(errorsOf(await desk.add(id, 'rules', [a]))).toEqual([['404', 'not-found', '/data/0/id']])
})

test('resources come into a library by its relationships alone, and its document says so', async () => {
  const desk = await openDesk(world)
  const rules = { rules: { data: [{ type: 'rules', id: await desk.rule('forward', { actions: [] }) }] } }
  const path = `/properties/${desk.propertyId}/libraries`
  const id = await desk.library(null)
  for (const refused of [
    await call('POST', path, create('libraries', { name: 'with rules' }, rules)),
    await call('PATCH', `/libraries/${id}`, change('libraries', id, { relationships: rules })),
  ]) {
    expect(errorsOf(refused)).toEqual([['400', 'invalid-document', '/data/relationships/rules']])
    expect(refused.body.errors[0].detail).toMatch(/only: .*\benvironment\b/)
  }
  expect(idsOf(await call('GET', path))).toEqual([id])
  expect(idsOf(await call('GET', `/libraries/${id}/rules`))).toEqual([])
})

test('what is in a library and in a build is filtered, sorted and paged like every list', async () => {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const elements = [
    await desk.element('snowy', 'ip', {}),
    await desk.element('yango', 'ip', {}),
    await desk.element('wyong', 'ip', {}),
  ]
  const library = await desk.library(environment, { data_elements: elements })
  const build = await desk.build(library)
  for (const path of [`/libraries/${library}`, `/builds/${build.id}`]) {
    const names = async (query: string) => namesOf(await call('GET', `${path}/data_elements?${query}`))
    expect(await names('')).toEqual(['snowy', 'yango', 'wyong'])
    expect(await names('filter[name]=CONTAINS snowy,CONTAINS wyong')).toEqual(['snowy', 'wyong'])
    expect(await names('filter[name]=NOT snowy&sort=name')).toEqual(['wyong', 'yango'])
    expect(await names('filter[enabled]=EQ true&filter[revision_number]=GT 1')).toEqual([])
    expect(await names('filter[published_at]=NOT null')).toEqual([])
    expect(await names('filter[created_at]=BETWEEN 2020-01-01T00:00:00Z,2100-01-01T00:00:00Z')).toHaveLength(
      3,
    )
    expect(await names('sort=-name&page[size]=2')).toEqual(['yango', 'wyong'])
    const second = await call('GET', `${path}/data_elements?sort=-name&page[size]=2&page[number]=2`)
    expect(namesOf(second)).toEqual(['snowy'])
    expect(second.body.meta.pagination).toMatchObject({ prev_page: 1, next_page: null, total_count: 3 })
  }
})

test('a build takes what lies upstream with it, and needs it to be built', async () => {
  const desk = await openDesk(world)
  const [development, staging, production] = [
    await world.environment(desk.propertyId),
    await world.environment(desk.propertyId, 'staging'),
    await world.environment(desk.propertyId, 'production'),
  ]
  const base = await desk.element('base', 'constant', { value: 'one' })
  const published = await desk.library(null, { data_elements: [base] })
  await desk.act(published, 'approve')
  expect((await desk.build(published)).attributes.status).toBe('succeeded')
  const submitted = await desk.library(null, { data_elements: [await desk.element('more', 'ip', {})] })
  await desk.act(submitted, 'submit')
  const id = await desk.library(development, { data_elements: [await desk.element('own', 'ip', {})] })
  const failed = await desk.build(id)
  expect(failed.attributes.status).toBe('failed')
  expect(failed.meta.status_details.errors[0]).toMatchObject({
    code: 'upstream-build-required',
    title: 'Upstream Build Required',
    id: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    meta: { request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    source: {},
  })
  expect((await desk.build(submitted)).relationships.environment.data.id).toBe(staging)
  expect((await desk.build(id)).attributes.status).toBe('succeeded')
  await call('DELETE', `/data_elements/${base}`)
  expect((await desk.build(id)).attributes.status).toBe('succeeded')
  const { attributes, meta } = (await call('GET', `/data_elements/${base}`)).body.data
  expect(attributes.deleted_at).toMatch(/Z$/)
  expect(meta.deleted_at).toBe(attributes.deleted_at)
  expect(production).toBeTruthy()
})

test('a build fails for what was deleted, for a circle, and for an extension that is gone', async () => {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const [a, b] = [
    await desk.element('a', 'constant', { value: '{{b}}' }),
    await desk.element('b', 'constant', { value: '{{a}}' }),
  ]
  const id = await desk.library(environment, { data_elements: [a, b] })
  expect(faultsOf(await desk.build(id))).toEqual([
    'data-element-circular-reference: Data element circular reference detected: a -> b -> a',
  ])
  await call('DELETE', `/data_elements/${b}`)
  expect(faultsOf(await desk.build(id))).toEqual([
    `deleted-resources: "b" (${b}) was deleted; take it out of the library.`,
  ])
  await call('DELETE', `/libraries/${id}/relationships/data_elements`, {
    data: [{ type: 'data_elements', id: b }],
  })
  expect((await desk.build(id)).attributes.status).toBe('succeeded')
  const [core] = idsOf(await call('GET', `/properties/${desk.propertyId}/extensions?filter[name]=EQ core`))
  await call('DELETE', `/extensions/${core}`)
  expect(faultsOf(await desk.build(id))[0]).toContain('extension-not-found: The extension that "a" needs')
  const late = create('data_elements', { name: 'c', delegate_descriptor_id: 'core::dataElements::ip' })
  expect(errorsOf(await call('POST', `/properties/${desk.propertyId}/data_elements`, late))).toEqual([
    ['422', 'extension-not-found', '/data/attributes/delegate_descriptor_id'],
  ])
})

test('a property takes everything below it along', async () => {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const element = await desk.element('a', 'ip', {})
  const rule = await desk.rule('r', { actions: [{ method: 'GET', url: 'https://a.example/' }] })
  const [component] = idsOf(await call('GET', `/rules/${rule}/rule_components`))
  const library = await desk.library(environment, { data_elements: [element], rules: [rule] })
  const build = await desk.build(library)
  const [revision] = idsOf(await call('GET', `/libraries/${library}/rules`))
  expect((await call('DELETE', `/properties/${desk.propertyId}`)).status).toBe(204)
  for (const path of [
    `/data_elements/${element}`,
    `/rules/${rule}`,
    `/rules/${revision}`,
    `/rule_components/${component}`,
    `/libraries/${library}`,
    `/builds/${build.id}`,
  ]) {
    expect([path, (await call('GET', path)).status]).toEqual([path, 404])
  }
})
