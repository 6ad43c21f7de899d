import { runtimeFault } from '../fault.ts'
import { css } from './css.ts'
import { html } from './html.ts'
import { js, json } from './quoted.ts'
import type { Strategy } from './strategy.ts'
import { urlParam } from './url-param.ts'

/** Escaping strategies by the name that templates use. */
export const STRATEGIES: ReadonlyMap<string, Strategy> = new Map([
  ['html', html],
  ['js', js],
  ['json', json],
  ['css', css],
  ['url_param', urlParam],
])

export function escapeText(text: string, strategy: string): string {
  const escapeWith = STRATEGIES.get(strategy)
  if (!escapeWith)
    throw runtimeFault(`Unknown escaping strategy "${strategy}"`, [...STRATEGIES.keys()].join(', '))
  return escapeWith(text)
}
