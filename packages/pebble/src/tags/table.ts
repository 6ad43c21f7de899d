import { autoescapeTag } from './autoescape.ts'
import { blockTag } from './block.ts'
import { cacheTag } from './cache.ts'
import { filterTag } from './filter.ts'
import { forTag } from './for.ts'
import { ifTag } from './if.ts'
import { macroTag } from './macro.ts'
import { flushTag, parallelTag } from './plain.ts'
import { setTag } from './set.ts'
import type { TagDefinition } from './tag.ts'

/** All tags but `verbatim`, which the lexer reads since its body is no template. */
export const TAGS: readonly TagDefinition[] = [
  autoescapeTag,
  blockTag,
  cacheTag,
  filterTag,
  flushTag,
  forTag,
  ifTag,
  macroTag,
  parallelTag,
  setTag,
]
