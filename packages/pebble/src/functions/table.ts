import { max, min } from './extremes.ts'
import { formUrlEncode } from './form-url-encode.ts'
import type { FunctionDefinition } from './function.ts'
import { range } from './range.ts'

export const FUNCTIONS: readonly FunctionDefinition[] = [formUrlEncode, max, min, range]

/** Functions that are compiled in place, since they need the template itself. */
export const TEMPLATE_FUNCTIONS: readonly string[] = ['block', 'parent']
