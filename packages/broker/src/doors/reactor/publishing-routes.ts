import { BursarError } from '@bursar/domain/error.ts'
import type { ResourceIdentifier } from '@bursar/domain/reactor/json-api/document.ts'
import { REVISIONED, type RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import { buildBody } from '../../operations/reactor/builds.ts'
import { libraryBody } from '../../operations/reactor/libraries.ts'
import type { LibraryChange } from '../../operations/reactor/library-resources.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import { revisionedBody } from '../../operations/reactor/revisions.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Serve } from './described-calls.ts'
import {
  answerLinkage,
  answerNothing,
  answerOne,
  answerPage,
  answerSome,
  baseOf,
  type Call,
  callerOf,
  identifiersIn,
  listQueryIn,
  param,
  resourceIn,
} from './json-api/call.ts'
import { presentEnvironment } from './present.ts'
import {
  presentBuild,
  presentExtensionPackage,
  presentLibrary,
  presentRevisioned,
  presentRuleComponent,
} from './present-publishing.ts'
import { answerProperty } from './simple-routes.ts'
import { updateIn } from './update-input.ts'

export function addExtensionPackages(serve: Serve, reactor: Reactor): void {
  serve('GET /extension_packages', (call) => {
    const all = reactor
      .listExtensionPackages(callerOf(call))
      .map((one) => presentExtensionPackage(baseOf(call), one))
    return answerSome(call, all)
  })
  serve('GET /extension_packages/{id}', (call) =>
    answerOne(
      call,
      presentExtensionPackage(baseOf(call), reactor.getExtensionPackage(callerOf(call), param(call, 'id'))),
    ),
  )
}

/** Data elements, rules and extensions: heads that are worked on, and their revisions. */
export function addRevisioned(serve: Serve, reactor: Reactor): void {
  const verbs = {
    extensions: { create: reactor.createExtension, update: reactor.updateExtension },
    data_elements: { create: reactor.createDataElement, update: reactor.updateDataElement },
    rules: { create: reactor.createRule, update: reactor.updateRule },
  }
  for (const type of REVISIONED) {
    const { create, update } = verbs[type]
    const present = (base: string, row: DocumentRow) => presentRevisioned(base, type, row)
    const find = (call: Call) => reactor.getRevisioned(callerOf(call), type, param(call, 'id'))

    serve(`POST /properties/{id}/${type}`, async (call) => {
      const input = await resourceIn(call)
      const row = await create(callerOf(call), param(call, 'id'), input)
      return answerOne(call, present(baseOf(call), row))
    })
    serve(`GET /properties/{id}/${type}`, async (call) => {
      const query = listQueryIn(call)
      return answerPage(
        call,
        await reactor.listHeads(callerOf(call), type, param(call, 'id'), query),
        present,
      )
    })
    serve(`GET /${type}/{id}`, async (call) => answerOne(call, present(baseOf(call), await find(call))))
    serve(`PATCH /${type}/{id}`, async (call) => {
      const id = param(call, 'id')
      const input = await updateIn(call, reactor)
      return answerOne(call, present(baseOf(call), await update(callerOf(call), id, input)))
    })
    serve(`DELETE /${type}/{id}`, async (call) => {
      await reactor.deleteHead(callerOf(call), type, param(call, 'id'))
      return answerNothing()
    })
    serve(`GET /${type}/{id}/revisions`, async (call) => {
      const query = listQueryIn(call)
      return answerPage(
        call,
        await reactor.listRevisions(callerOf(call), type, param(call, 'id'), query),
        present,
      )
    })
    serve(`GET /${type}/{id}/origin`, async (call) => {
      const row = await reactor.originOf(callerOf(call), type, param(call, 'id'))
      return answerOne(call, present(baseOf(call), row))
    })
    serve(`GET /${type}/{id}/libraries`, async (call) => {
      const query = listQueryIn(call)
      const page = await reactor.listLibrariesOf(callerOf(call), type, param(call, 'id'), query)
      return answerPage(call, page, presentLibrary)
    })
    serve(`GET /${type}/{id}/property`, async (call) =>
      answerProperty(call, reactor, revisionedBody(await find(call)).property_id),
    )
  }
  serve('GET /secrets/{id}/data_elements', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listElementsOfSecret(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, (base, row) => presentRevisioned(base, 'data_elements', row))
  })
  for (const name of ['extension', 'updated_with_extension']) {
    serve(`GET /data_elements/{id}/${name}`, async (call) => {
      const row = await reactor.getRevisioned(callerOf(call), 'data_elements', param(call, 'id'))
      return answerExtension(call, reactor, row)
    })
  }
  serve('GET /extensions/{id}/extension_package', async (call) => {
    const row = await reactor.getRevisioned(callerOf(call), 'extensions', param(call, 'id'))
    const found = reactor.getExtensionPackage(callerOf(call), String(row.body.extension_package_id))
    return answerOne(call, presentExtensionPackage(baseOf(call), found))
  })
}

async function answerExtension(call: Call, reactor: Reactor, { body }: DocumentRow): Promise<Response> {
  const row = await reactor.getRevisioned(callerOf(call), 'extensions', String(body.extension_id))
  return answerOne(call, presentRevisioned(baseOf(call), 'extensions', row))
}

export function addRuleComponents(serve: Serve, reactor: Reactor): void {
  serve('POST /properties/{id}/rule_components', async (call) => {
    const input = await resourceIn(call)
    const row = await reactor.createRuleComponent(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentRuleComponent(baseOf(call), row))
  })
  // Where components of a rule are listed, one can be made: the rule is the one of the path.
  serve('POST /rules/{id}/rule_components', async (call) => {
    const id = param(call, 'id')
    const input = await resourceIn(call)
    const rule = await reactor.getRevisioned(callerOf(call), 'rules', id)
    const { property_id } = revisionedBody(rule)
    const row = await reactor.createRuleComponent(callerOf(call), property_id, input, id)
    return answerOne(call, presentRuleComponent(baseOf(call), row))
  })
  serve('GET /rules/{id}/rule_components', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listRuleComponents(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentRuleComponent)
  })
  const find = (call: Call) => reactor.getRuleComponent(callerOf(call), param(call, 'id'))
  serve('GET /rule_components/{id}', async (call) =>
    answerOne(call, presentRuleComponent(baseOf(call), await find(call))),
  )
  serve('PATCH /rule_components/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const row = await reactor.updateRuleComponent(callerOf(call), id, input)
    return answerOne(call, presentRuleComponent(baseOf(call), row))
  })
  serve('DELETE /rule_components/{id}', async (call) => {
    await reactor.deleteRuleComponent(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  serve('GET /rule_components/{id}/rules', async (call) => {
    const { parentId } = await find(call)
    const rule = await reactor.getRevisioned(callerOf(call), 'rules', parentId)
    return answerSome(call, [presentRevisioned(baseOf(call), 'rules', rule)])
  })
  serve('GET /rule_components/{id}/origin', async (call) =>
    answerOne(call, presentRuleComponent(baseOf(call), await find(call))),
  )
  serve('GET /rule_components/{id}/relationships/rule', async (call) => {
    const { id, parentId } = await find(call)
    const component = `${baseOf(call)}/rule_components/${id}`
    const links = { self: `${component}/relationships/rules`, related: `${component}/rules` }
    return answerLinkage([{ type: 'rules', id: parentId }], links)
  })
  serve('GET /rule_components/{id}/extension', async (call) =>
    answerExtension(call, reactor, await find(call)),
  )
  serve('GET /rule_components/{id}/property', async (call) =>
    answerProperty(call, reactor, String((await find(call)).body.property_id)),
  )
}

export function addLibraries(serve: Serve, reactor: Reactor): void {
  const find = (call: Call) => reactor.getLibrary(callerOf(call), param(call, 'id'))
  serve('POST /properties/{id}/libraries', async (call) => {
    const input = await resourceIn(call)
    const row = await reactor.createLibrary(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentLibrary(baseOf(call), row))
  })
  serve('GET /properties/{id}/libraries', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listLibraries(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentLibrary)
  })
  serve('GET /libraries/{id}', async (call) =>
    answerOne(call, presentLibrary(baseOf(call), await find(call))),
  )
  serve('PATCH /libraries/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    return answerOne(
      call,
      presentLibrary(baseOf(call), await reactor.updateLibrary(callerOf(call), id, input)),
    )
  })
  serve('DELETE /libraries/{id}', async (call) => {
    await reactor.deleteLibrary(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  serve('GET /libraries/{id}/property', async (call) =>
    answerProperty(call, reactor, (await find(call)).parentId),
  )
  serve('GET /libraries/{id}/upstream_library', async (call) => {
    const row = await reactor.getUpstreamLibrary(callerOf(call), param(call, 'id'))
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  addLibraryEnvironment(serve, reactor, find)
  for (const type of REVISIONED) addLibraryResources(serve, reactor, type)
}

function addLibraryEnvironment(
  serve: Serve,
  reactor: Reactor,
  find: (call: Call) => Promise<DocumentRow>,
): void {
  const linkage = (call: Call, row: DocumentRow) => {
    const { environment_id: id } = libraryBody(row)
    return answerLinkage(id === null ? null : { type: 'environments', id }, linksOf(call, 'environment'))
  }
  serve('GET /libraries/{id}/environment', async (call) => {
    const { environment_id: id } = libraryBody(await find(call))
    const row = id === null ? null : await reactor.getEnvironment(callerOf(call), id)
    return answerOne(call, row && presentEnvironment(baseOf(call), row))
  })
  serve('GET /libraries/{id}/relationships/environment', async (call) => linkage(call, await find(call)))
  for (const method of ['PATCH', 'POST']) {
    serve(`${method} /libraries/{id}/relationships/environment`, async (call) => {
      const wanted = (await identifiersIn(call)) as ResourceIdentifier | null
      return linkage(call, await reactor.setLibraryEnvironment(callerOf(call), param(call, 'id'), wanted))
    })
  }
  serve('DELETE /libraries/{id}/relationships/environment', async (call) => {
    await reactor.setLibraryEnvironment(callerOf(call), param(call, 'id'), null)
    return answerNothing()
  })
}

const CHANGES: ReadonlyArray<readonly [method: string, change: LibraryChange]> = [
  ['POST', 'add'],
  ['PATCH', 'replace'],
  ['DELETE', 'remove'],
]

function addLibraryResources(serve: Serve, reactor: Reactor, type: RevisionedType): void {
  const path = `/libraries/{id}/relationships/${type}`
  const linkage = (call: Call, ids: readonly string[]) =>
    answerLinkage(
      ids.map((id) => ({ type, id })),
      linksOf(call, type),
    )
  serve(`GET /libraries/{id}/${type}`, async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listLibraryResources(callerOf(call), param(call, 'id'), type, query)
    return answerPage(call, page, (base, row) => presentRevisioned(base, type, row))
  })
  serve(`GET ${path}`, async (call) => {
    const row = await reactor.getLibrary(callerOf(call), param(call, 'id'))
    return linkage(call, libraryBody(row).resources[type])
  })
  for (const [method, change] of CHANGES) {
    serve(`${method} ${path}`, async (call) => {
      const named = (await identifiersIn(call)) as readonly ResourceIdentifier[]
      const ids = await reactor.changeLibraryResources(callerOf(call), param(call, 'id'), type, change, named)
      return linkage(call, ids)
    })
  }
}

const linksOf = (call: Call, name: string) => {
  const library = `${baseOf(call)}/libraries/${param(call, 'id')}`
  return { self: `${library}/relationships/${name}`, related: `${library}/${name}` }
}

export function addBuilds(serve: Serve, reactor: Reactor): void {
  const find = (call: Call) => reactor.getBuild(callerOf(call), param(call, 'id'))
  serve('POST /libraries/{id}/builds', async (call) => {
    // The call has no body; one that is there has to be a build all the same.
    if (Number(call.req.header('content-length') ?? 0) > 0) await resourceIn(call)
    const row = await reactor.createBuild(callerOf(call), param(call, 'id'))
    return answerOne(call, presentBuild(baseOf(call), row))
  })
  serve('GET /libraries/{id}/builds', async (call) => {
    const query = listQueryIn(call)
    return answerPage(call, await reactor.listBuilds(callerOf(call), param(call, 'id'), query), presentBuild)
  })
  serve('GET /libraries/{id}/last_build', async (call) => {
    const { last_build_id: id } = libraryBody(await reactor.getLibrary(callerOf(call), param(call, 'id')))
    const row = id === null ? null : await orNothing(reactor.getBuild(callerOf(call), id))
    return answerOne(call, row && presentBuild(baseOf(call), row))
  })
  serve('GET /environments/{id}/builds', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listEnvironmentBuilds(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentBuild)
  })
  serve('GET /environments/{id}/library', async (call) => {
    const { body } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    const id = body.library_id
    const row = typeof id === 'string' ? await orNothing(reactor.getLibrary(callerOf(call), id)) : null
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  serve('GET /builds/{id}', async (call) => answerOne(call, presentBuild(baseOf(call), await find(call))))
  serve('PATCH /builds/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await resourceIn(call)
    return answerOne(call, presentBuild(baseOf(call), await reactor.updateBuild(callerOf(call), id, input)))
  })
  for (const type of REVISIONED) {
    serve(`GET /builds/{id}/${type}`, async (call) => {
      const query = listQueryIn(call)
      const page = await reactor.listBuildResources(callerOf(call), param(call, 'id'), type, query)
      return answerPage(call, page, (base, row) => presentRevisioned(base, type, row))
    })
  }
  serve('GET /builds/{id}/library', async (call) => {
    const { library_id } = buildBody(await find(call))
    const row = await orNothing(reactor.getLibrary(callerOf(call), library_id))
    return answerOne(call, row && presentLibrary(baseOf(call), row))
  })
  serve('GET /builds/{id}/environment', async (call) => {
    const { environment_id } = buildBody(await find(call))
    const row = await orNothing(reactor.getEnvironment(callerOf(call), environment_id))
    return answerOne(call, row && presentEnvironment(baseOf(call), row))
  })
  serve('GET /builds/{id}/property', async (call) =>
    answerProperty(call, reactor, (await find(call)).parentId),
  )
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
