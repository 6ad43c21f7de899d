import { BursarError } from '@bursar/domain/error.ts'
import type { ResourceIdentifier } from '@bursar/domain/reactor/json-api/document.ts'
import { type FieldValue, pageOf } from '@bursar/domain/reactor/json-api/query-values.ts'
import { BUILD, LIBRARY } from '@bursar/domain/reactor/library.ts'
import { REVISIONED, type RevisionedType, RULE_COMPONENT } from '@bursar/domain/reactor/revisioned.ts'
import type { Hono } from 'hono'
import { buildBody } from '../../operations/reactor/builds.ts'
import { libraryBody } from '../../operations/reactor/libraries.ts'
import type { LibraryChange } from '../../operations/reactor/library-resources.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import type { ResourcePage } from '../../operations/reactor/resources.ts'
import { DEFINITIONS, revisionedBody } from '../../operations/reactor/revisions.ts'
import type { DocumentRow } from '../../store/store.ts'
import {
  answerLinkage,
  answerMany,
  answerNothing,
  answerOne,
  baseOf,
  type Call,
  callerOf,
  type Env,
  identifiersIn,
  listQueryIn,
  param,
  resourceIn,
} from './json-api/call.ts'
import type { ResourceObject } from './json-api/resource-object.ts'
import { presentEnvironment, presentProperty } from './present.ts'
import {
  presentBuild,
  presentExtensionPackage,
  presentLibrary,
  presentRevisioned,
  presentRuleComponent,
} from './present-publishing.ts'
import { updateIn } from './update-input.ts'

type Door = Hono<Env>

const many = (call: Call, page: ResourcePage, present: (base: string, row: DocumentRow) => ResourceObject) =>
  answerMany(
    call,
    page.items.map((row) => present(baseOf(call), row)),
    page,
  )

async function answerProperty(call: Call, reactor: Reactor, id: string): Promise<Response> {
  return answerOne(call, presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), id)))
}

const EXTENSION_PACKAGE_FIELDS = {
  availability: 'text',
  display_name: 'text',
  name: 'text',
  platform: 'text',
  status: 'text',
  version: 'text',
} as const

export function addExtensionPackages(door: Door, reactor: Reactor): void {
  door.get('/extension_packages', (call) => {
    const all = reactor
      .listExtensionPackages(callerOf(call))
      .map((one) => presentExtensionPackage(baseOf(call), one))
    const query = listQueryIn(call, EXTENSION_PACKAGE_FIELDS)
    const { items, ...page } = pageOf(all, ({ attributes }, name) => attributes[name] as FieldValue, query)
    return answerMany(call, items, page)
  })
  door.get('/extension_packages/:id', (call) =>
    answerOne(
      call,
      presentExtensionPackage(baseOf(call), reactor.getExtensionPackage(callerOf(call), param(call, 'id'))),
    ),
  )
}

const RELATIONSHIPS = {
  extensions: { extension_package: { type: 'extension_packages' }, property: { type: 'properties' } },
  data_elements: { extension: { type: 'extensions' }, property: { type: 'properties' } },
  rules: { property: { type: 'properties' } },
} as const

/** Data elements, rules and extensions: heads that are worked on, and their revisions. */
export function addRevisioned(door: Door, reactor: Reactor): void {
  const verbs = {
    extensions: { create: reactor.createExtension, update: reactor.updateExtension },
    data_elements: { create: reactor.createDataElement, update: reactor.updateDataElement },
    rules: { create: reactor.createRule, update: reactor.updateRule },
  }
  for (const type of REVISIONED) {
    const { create, update } = verbs[type]
    const relationships = RELATIONSHIPS[type]
    const present = (base: string, row: DocumentRow) => presentRevisioned(base, type, row)
    const find = (call: Call) => reactor.getRevisioned(callerOf(call), type, param(call, 'id'))

    door.post(`/properties/:id/${type}`, async (call) => {
      const attributes = type === 'extensions' ? 'optional' : 'required'
      const input = await resourceIn(call, { type, id: null, attributes, relationships })
      const row = await create(callerOf(call), param(call, 'id'), input)
      return answerOne(call, present(baseOf(call), row), 201)
    })
    door.get(`/properties/:id/${type}`, async (call) => {
      const query = listQueryIn(call, DEFINITIONS[type].fields)
      return many(call, await reactor.listHeads(callerOf(call), type, param(call, 'id'), query), present)
    })
    door.get(`/${type}/:id`, async (call) => answerOne(call, present(baseOf(call), await find(call))))
    door.patch(`/${type}/:id`, async (call) => {
      const id = param(call, 'id')
      const input = await updateIn(call, reactor, DEFINITIONS[type], relationships)
      return answerOne(call, present(baseOf(call), await update(callerOf(call), id, input)))
    })
    door.delete(`/${type}/:id`, async (call) => {
      await reactor.deleteHead(callerOf(call), type, param(call, 'id'))
      return answerNothing()
    })
    door.get(`/${type}/:id/revisions`, async (call) => {
      const query = listQueryIn(call, DEFINITIONS[type].fields)
      return many(call, await reactor.listRevisions(callerOf(call), type, param(call, 'id'), query), present)
    })
    door.get(`/${type}/:id/origin`, async (call) => {
      const row = await reactor.originOf(callerOf(call), type, param(call, 'id'))
      return answerOne(call, present(baseOf(call), row))
    })
    door.get(`/${type}/:id/libraries`, async (call) => {
      const query = listQueryIn(call, LIBRARY.fields)
      const page = await reactor.listLibrariesOf(callerOf(call), type, param(call, 'id'), query)
      return many(call, page, presentLibrary)
    })
    door.get(`/${type}/:id/property`, async (call) =>
      answerProperty(call, reactor, revisionedBody(await find(call)).property_id),
    )
  }
  door.get('/secrets/:id/data_elements', async (call) => {
    const query = listQueryIn(call, DEFINITIONS.data_elements.fields)
    const page = await reactor.listElementsOfSecret(callerOf(call), param(call, 'id'), query)
    return many(call, page, (base, row) => presentRevisioned(base, 'data_elements', row))
  })
  for (const name of ['extension', 'updated_with_extension']) {
    door.get(`/data_elements/:id/${name}`, async (call) => {
      const row = await reactor.getRevisioned(callerOf(call), 'data_elements', param(call, 'id'))
      return answerExtension(call, reactor, row)
    })
  }
  door.get('/extensions/:id/extension_package', async (call) => {
    const row = await reactor.getRevisioned(callerOf(call), 'extensions', param(call, 'id'))
    const found = reactor.getExtensionPackage(callerOf(call), String(row.body.extension_package_id))
    return answerOne(call, presentExtensionPackage(baseOf(call), found))
  })
}

async function answerExtension(call: Call, reactor: Reactor, { body }: DocumentRow): Promise<Response> {
  const row = await reactor.getRevisioned(callerOf(call), 'extensions', String(body.extension_id))
  return answerOne(call, presentRevisioned(baseOf(call), 'extensions', row))
}

const COMPONENT_RELATIONSHIPS = {
  rules: { type: 'rules', many: true },
  extension: { type: 'extensions' },
  property: { type: 'properties' },
} as const

export function addRuleComponents(door: Door, reactor: Reactor): void {
  const type = 'rule_components'
  const relationships = COMPONENT_RELATIONSHIPS
  door.post('/properties/:id/rule_components', async (call) => {
    const input = await resourceIn(call, { type, id: null, attributes: 'required', relationships })
    const row = await reactor.createRuleComponent(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentRuleComponent(baseOf(call), row), 201)
  })
  // Where components of a rule are listed, one can be made: the rule is the one of the path.
  door.post('/rules/:id/rule_components', async (call) => {
    const id = param(call, 'id')
    const input = await resourceIn(call, { type, id: null, attributes: 'required', relationships })
    const rule = await reactor.getRevisioned(callerOf(call), 'rules', id)
    const named = {
      ...input,
      relationships: { ...input.relationships, rules: [{ type: 'rules' as const, id }] },
    }
    const row = await reactor.createRuleComponent(callerOf(call), revisionedBody(rule).property_id, named)
    return answerOne(call, presentRuleComponent(baseOf(call), row), 201)
  })
  door.get('/rules/:id/rule_components', async (call) => {
    const query = listQueryIn(call, RULE_COMPONENT.fields)
    const page = await reactor.listRuleComponents(callerOf(call), param(call, 'id'), query)
    return many(call, page, presentRuleComponent)
  })
  const find = (call: Call) => reactor.getRuleComponent(callerOf(call), param(call, 'id'))
  door.get('/rule_components/:id', async (call) =>
    answerOne(call, presentRuleComponent(baseOf(call), await find(call))),
  )
  door.patch('/rule_components/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, RULE_COMPONENT, relationships)
    const row = await reactor.updateRuleComponent(callerOf(call), id, input)
    return answerOne(call, presentRuleComponent(baseOf(call), row))
  })
  door.delete('/rule_components/:id', async (call) => {
    await reactor.deleteRuleComponent(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  door.get('/rule_components/:id/rules', async (call) => {
    const { parentId } = await find(call)
    const row = await reactor.getRevisioned(callerOf(call), 'rules', parentId)
    const page = { total: 1, pageNumber: 1, pageSize: 25 }
    return answerMany(call, [presentRevisioned(baseOf(call), 'rules', row)], page)
  })
  door.get('/rule_components/:id/origin', async (call) =>
    answerOne(call, presentRuleComponent(baseOf(call), await find(call))),
  )
  door.on(
    'GET',
    ['rule', 'rules'].map((name) => `/rule_components/:id/relationships/${name}`),
    async (call) => {
      const { id, parentId } = await find(call)
      const component = `${baseOf(call)}/rule_components/${id}`
      const links = { self: `${component}/relationships/rules`, related: `${component}/rules` }
      return answerLinkage([{ type: 'rules', id: parentId }], links)
    },
  )
  door.get('/rule_components/:id/extension', async (call) => answerExtension(call, reactor, await find(call)))
  door.get('/rule_components/:id/property', async (call) =>
    answerProperty(call, reactor, String((await find(call)).body.property_id)),
  )
}

const LIBRARY_RELATIONSHIPS = {
  environment: { type: 'environments' },
  property: { type: 'properties' },
} as const

export function addLibraries(door: Door, reactor: Reactor): void {
  const relationships = LIBRARY_RELATIONSHIPS
  const find = (call: Call) => reactor.getLibrary(callerOf(call), param(call, 'id'))
  door.post('/properties/:id/libraries', async (call) => {
    const input = await resourceIn(call, {
      type: 'libraries',
      id: null,
      attributes: 'required',
      relationships,
    })
    const row = await reactor.createLibrary(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentLibrary(baseOf(call), row), 201)
  })
  door.get('/properties/:id/libraries', async (call) => {
    const query = listQueryIn(call, LIBRARY.fields)
    const page = await reactor.listLibraries(callerOf(call), param(call, 'id'), query)
    return many(call, page, presentLibrary)
  })
  door.get('/libraries/:id', async (call) => answerOne(call, presentLibrary(baseOf(call), await find(call))))
  door.patch('/libraries/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, LIBRARY, relationships)
    return answerOne(
      call,
      presentLibrary(baseOf(call), await reactor.updateLibrary(callerOf(call), id, input)),
    )
  })
  door.delete('/libraries/:id', async (call) => {
    await reactor.deleteLibrary(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  door.get('/libraries/:id/property', async (call) =>
    answerProperty(call, reactor, (await find(call)).parentId),
  )
  door.get('/libraries/:id/upstream_library', async (call) => {
    const row = await reactor.getUpstreamLibrary(callerOf(call), param(call, 'id'))
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  addLibraryEnvironment(door, reactor, find)
  for (const type of REVISIONED) addLibraryResources(door, reactor, type)
}

function addLibraryEnvironment(
  door: Door,
  reactor: Reactor,
  find: (call: Call) => Promise<DocumentRow>,
): void {
  const linkage = (call: Call, row: DocumentRow) => {
    const { environment_id: id } = libraryBody(row)
    return answerLinkage(id === null ? null : { type: 'environments', id }, linksOf(call, 'environment'))
  }
  door.get('/libraries/:id/environment', async (call) => {
    const { environment_id: id } = libraryBody(await find(call))
    const row = id === null ? null : await reactor.getEnvironment(callerOf(call), id)
    return answerOne(call, row && presentEnvironment(baseOf(call), row))
  })
  door.get('/libraries/:id/relationships/environment', async (call) => linkage(call, await find(call)))
  door.on(['PATCH', 'POST'], '/libraries/:id/relationships/environment', async (call) => {
    const wanted = (await identifiersIn(call, { type: 'environments' })) as ResourceIdentifier | null
    return linkage(call, await reactor.setLibraryEnvironment(callerOf(call), param(call, 'id'), wanted))
  })
  door.delete('/libraries/:id/relationships/environment', async (call) => {
    await reactor.setLibraryEnvironment(callerOf(call), param(call, 'id'), null)
    return answerNothing()
  })
}

const CHANGES: Readonly<Record<string, LibraryChange>> = { POST: 'add', PATCH: 'replace', DELETE: 'remove' }

function addLibraryResources(door: Door, reactor: Reactor, type: RevisionedType): void {
  const path = `/libraries/:id/relationships/${type}`
  const linkage = (call: Call, ids: readonly string[]) =>
    answerLinkage(
      ids.map((id) => ({ type, id })),
      linksOf(call, type),
    )
  door.get(`/libraries/:id/${type}`, async (call) => {
    const query = listQueryIn(call, DEFINITIONS[type].fields)
    const page = await reactor.listLibraryResources(callerOf(call), param(call, 'id'), type, query)
    return many(call, page, (base, row) => presentRevisioned(base, type, row))
  })
  door.get(path, async (call) => {
    const row = await reactor.getLibrary(callerOf(call), param(call, 'id'))
    return linkage(call, libraryBody(row).resources[type])
  })
  door.on(['POST', 'PATCH', 'DELETE'], path, async (call) => {
    const named = (await identifiersIn(call, { type, many: true })) as readonly ResourceIdentifier[]
    const change = CHANGES[call.req.method]!
    const ids = await reactor.changeLibraryResources(callerOf(call), param(call, 'id'), type, change, named)
    return linkage(call, ids)
  })
}

const linksOf = (call: Call, name: string) => {
  const library = `${baseOf(call)}/libraries/${param(call, 'id')}`
  return { self: `${library}/relationships/${name}`, related: `${library}/${name}` }
}

export function addBuilds(door: Door, reactor: Reactor): void {
  const find = (call: Call) => reactor.getBuild(callerOf(call), param(call, 'id'))
  door.post('/libraries/:id/builds', async (call) => {
    // The call has no body; one that is there has to be a build all the same.
    if (Number(call.req.header('content-length') ?? 0) > 0)
      await resourceIn(call, { type: 'builds', id: null })
    const row = await reactor.createBuild(callerOf(call), param(call, 'id'))
    return answerOne(call, presentBuild(baseOf(call), row), 201)
  })
  door.get('/libraries/:id/builds', async (call) => {
    const query = listQueryIn(call, BUILD.fields)
    return many(call, await reactor.listBuilds(callerOf(call), param(call, 'id'), query), presentBuild)
  })
  door.get('/libraries/:id/last_build', async (call) => {
    const { last_build_id: id } = libraryBody(await reactor.getLibrary(callerOf(call), param(call, 'id')))
    const row = id === null ? null : await orNothing(reactor.getBuild(callerOf(call), id))
    return answerOne(call, row && presentBuild(baseOf(call), row))
  })
  door.get('/environments/:id/builds', async (call) => {
    const query = listQueryIn(call, BUILD.fields)
    const page = await reactor.listEnvironmentBuilds(callerOf(call), param(call, 'id'), query)
    return many(call, page, presentBuild)
  })
  door.get('/environments/:id/library', async (call) => {
    const { body } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    const id = body.library_id
    const row = typeof id === 'string' ? await orNothing(reactor.getLibrary(callerOf(call), id)) : null
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  door.get('/builds/:id', async (call) => answerOne(call, presentBuild(baseOf(call), await find(call))))
  door.patch('/builds/:id', async (call) => {
    const id = param(call, 'id')
    const input = await resourceIn(call, { type: 'builds', id })
    return answerOne(call, presentBuild(baseOf(call), await reactor.updateBuild(callerOf(call), id, input)))
  })
  for (const type of REVISIONED) {
    door.get(`/builds/:id/${type}`, async (call) => {
      const query = listQueryIn(call, DEFINITIONS[type].fields)
      const page = await reactor.listBuildResources(callerOf(call), param(call, 'id'), type, query)
      return many(call, page, (base, row) => presentRevisioned(base, type, row))
    })
  }
  door.get('/builds/:id/library', async (call) => {
    const { library_id } = buildBody(await find(call))
    const row = await orNothing(reactor.getLibrary(callerOf(call), library_id))
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  door.get('/builds/:id/environment', async (call) => {
    const { environment_id } = buildBody(await find(call))
    const row = await orNothing(reactor.getEnvironment(callerOf(call), environment_id))
    return answerOne(call, row && presentEnvironment(baseOf(call), row))
  })
  door.get('/builds/:id/property', async (call) => answerProperty(call, reactor, (await find(call)).parentId))
}

/** What was deleted since is nothing. */
async function orNothing(found: Promise<DocumentRow>): Promise<DocumentRow | null> {
  try {
    return await found
  } catch (error) {
    if (error instanceof BursarError && error.code === 'reactor.not_found') return null
    throw error
  }
}
