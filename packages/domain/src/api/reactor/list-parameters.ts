import { z } from 'zod'
import { FILTER_OPERATORS, PAGE_SIZE, PAGE_SIZE_AT_MOST } from '../../reactor/json-api/list-query.ts'
import { LIST_FIELDS } from '../../reactor/resource-definitions.ts'
import { mapTypes, type ResourceType, wordsOf } from '../../reactor/resource-type.ts'
import type { SharedParameter } from '../route.ts'
import { nameOfType } from './names.ts'

const MEMBERS = { style: 'deepObject', explode: true } as const

/** `page[number]` and `page[size]`. */
const PAGE: SharedParameter = {
  id: 'ReactorPage',
  name: 'page',
  in: 'query',
  description: `Which page, from 1, and of how many resources; more than ${PAGE_SIZE_AT_MOST} come as ${PAGE_SIZE_AT_MOST}`,
  style: MEMBERS,
  schema: z.object({
    number: z.int().min(1).default(1),
    size: z.int().min(1).default(PAGE_SIZE),
  }),
}

/** `fields[type]` (JSON:API 1.0, "Sparse Fieldsets"). */
export const FIELDS: SharedParameter = {
  id: 'ReactorFields',
  name: 'fields',
  in: 'query',
  description: 'Only these attributes and relationships, by type: `fields[secrets]=name,status`',
  style: MEMBERS,
  schema: z.record(z.string(), z.string()),
}

const filterOf = (type: ResourceType): SharedParameter => ({
  id: `${nameOfType(type)}Filter`,
  name: 'filter',
  in: 'query',
  description: `\`OPERATOR value\` for each field, such as \`EQ a\` or \`EQ a,EQ b\`; the operators are ${FILTER_OPERATORS.join(', ')}. One that can not be understood is left out`,
  style: MEMBERS,
  schema: z.object(
    Object.fromEntries(
      Object.entries(LIST_FIELDS[type]).map(([name, kind]) => [
        name,
        z.string().describe(`A filter of ${KINDS[kind]}`).optional(),
      ]),
    ),
  ),
})

const KINDS = {
  text: 'texts',
  number: 'numbers',
  boolean: '`true` and `false`',
  instant: 'instants',
} as const

/** JSON:API 1.0, "Sorting". */
const sortOf = (type: ResourceType): SharedParameter => ({
  id: `${nameOfType(type)}Sort`,
  name: 'sort',
  in: 'query',
  description: `By what each ${wordsOf(type)} comes before the next; a hyphen turns it round`,
  style: { style: 'form', explode: false },
  schema: z.array(z.enum(Object.keys(LIST_FIELDS[type]).flatMap((name) => [name, `-${name}`]))),
})

/** What a list of a type takes; several calls list the same type. */
export const LIST_PARAMETERS: Readonly<Record<ResourceType, readonly SharedParameter[]>> = mapTypes(
  (type) => [PAGE, filterOf(type), sortOf(type), FIELDS],
)
