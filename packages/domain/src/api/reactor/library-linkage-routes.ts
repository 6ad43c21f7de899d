import { REVISIONED } from '../../reactor/revisioned.ts'
import { exampleLinkageInput } from './examples.ts'
import { LIBRARY_LINKAGE, LINKAGE_INPUTS } from './inputs.ts'
import { pascal } from './names.ts'
import {
  answerLinkage,
  answerNothing,
  bodyOf,
  DOCUMENT_ERRORS,
  type ReactorRoute,
  reactorCall,
} from './reactor-route.ts'

const TYPE = 'libraries'
const facts = (name: keyof typeof LIBRARY_LINKAGE) => {
  const { type: to, many } = LIBRARY_LINKAGE[name]
  return { to, ...(many && { many }) }
}

function change(
  method: 'POST' | 'PATCH' | 'DELETE',
  name: keyof typeof LIBRARY_LINKAGE,
  verb: string,
  summary: string,
): ReactorRoute {
  return {
    ...reactorCall(method, TYPE, `/{id}/relationships/${name}`, {
      operationId: `${verb}ReactorLibrary${pascal(name)}`,
      summary,
    }),
    linkage: LIBRARY_LINKAGE[name],
    body: bodyOf(LINKAGE_INPUTS[name], exampleLinkageInput(facts(name))),
    answer: answerLinkage(TYPE, name, facts(name)),
    errors: [...DOCUMENT_ERRORS, 'reactor.not_found', 'reactor.conflict'],
  }
}

const reading = (name: keyof typeof LIBRARY_LINKAGE): ReactorRoute => ({
  ...reactorCall('GET', TYPE, `/{id}/relationships/${name}`, {
    operationId: `getReactorLibrary${pascal(name)}Linkage`,
    summary: `Read which ${name.replaceAll('_', ' ')} a library has`,
  }),
  answer: answerLinkage(TYPE, name, facts(name)),
  errors: ['reactor.not_found'],
})

/** What of a library is changed at its relationships (JSON:API 1.0, "Updating Relationships"). */
export const libraryLinkageRoutes: readonly ReactorRoute[] = [
  reading('environment'),
  change('PATCH', 'environment', 'set', 'Give a library its environment, or take it away'),
  change('POST', 'environment', 'add', 'Give a library its environment'),
  {
    ...reactorCall('DELETE', TYPE, '/{id}/relationships/environment', {
      operationId: 'removeReactorLibraryEnvironment',
      summary: 'Take its environment from a library',
    }),
    answer: answerNothing,
    errors: ['reactor.not_found', 'reactor.conflict'],
  },
  ...REVISIONED.flatMap((type) => {
    const words = type.replaceAll('_', ' ')
    return [
      reading(type),
      change('POST', type, 'add', `Put ${words} into a library`),
      change('PATCH', type, 'set', `Say which ${words} a library has`),
      change('DELETE', type, 'remove', `Take ${words} out of a library`),
    ]
  }),
]
