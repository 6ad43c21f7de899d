import { abbreviate } from './abbreviate.ts'
import { abs } from './abs.ts'
import { base64decode, base64encode } from './base64.ts'
import { capitalize, lower, title, upper } from './case.ts'
import { date } from './date.ts'
import { orDefault } from './default.ts'
import { first, last } from './ends.ts'
import { escapeFilter } from './escape.ts'
import type { FilterDefinition } from './filter.ts'
import { format } from './format.ts'
import { join } from './join.ts'
import { length } from './length.ts'
import { merge } from './merge.ts'
import { nl2br } from './nl2br.ts'
import { numberformat } from './numberformat.ts'
import { raw } from './raw.ts'
import { replace } from './replace.ts'
import { sha256 } from './sha256.ts'
import { slice } from './slice.ts'
import { reverse, rsort, sort } from './sort.ts'
import { split } from './split.ts'
import { trim } from './trim.ts'
import { urlencode } from './urlencode.ts'

export const FILTERS: readonly FilterDefinition[] = [
  abbreviate,
  abs,
  base64decode,
  base64encode,
  capitalize,
  date,
  orDefault,
  escapeFilter,
  first,
  format,
  join,
  last,
  length,
  lower,
  merge,
  nl2br,
  numberformat,
  raw,
  replace,
  reverse,
  rsort,
  sha256,
  slice,
  sort,
  split,
  title,
  trim,
  upper,
  urlencode,
]
