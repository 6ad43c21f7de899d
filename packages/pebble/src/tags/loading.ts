import { Fault } from '../fault.ts'
import { PlacedFault } from '../syntax/syntax-error.ts'
import { defineTag, type TagDefinition } from './tag.ts'

/** A tag that loads another template: it is read up to the name of that one and then refused. */
function loadingTag(name: string): TagDefinition {
  return defineTag<never>({
    name,
    parse(parser, at) {
      parser.parseExpression()
      throw new PlacedFault(
        new Fault('refused', `"${name}" loads another template, which this engine never does`),
        at,
      )
    },
    compile: () => undefined,
  })
}

export const LOADING_TAGS: readonly TagDefinition[] = ['embed', 'extends', 'from', 'import', 'include'].map(
  loadingTag,
)
