import type { FilterExtension, FunctionExtension, TestExtension } from './extension.ts'
import type { Limits } from './limits.ts'
import type { Profile } from './profile.ts'

/** How a template is read and what it may use. All options have Pebble's defaults. */
export interface CompileOptions {
  /** A missing variable or attribute is an error instead of null. Default: false. */
  readonly strictVariables?: boolean
  /** Printed expressions are escaped. Default: true. */
  readonly autoEscaping?: boolean
  /** `html` (default), `js`, `json`, `css` or `url_param`. */
  readonly defaultStrategy?: string
  /** A line break right after a closing delimiter is dropped. Default: true. */
  readonly newLineTrimming?: boolean
  /** Whole numbers in templates are Integers instead of Longs. Default: false. */
  readonly literalDecimalTreatedAsInteger?: boolean
  /** Numbers in templates are decimals. Default: false. */
  readonly literalNumbersAsBigDecimals?: boolean
  /** What the variable `locale` shows. It changes nothing else. Default: `en_US`. */
  readonly locale?: string
  /** What templates may use. Default: `profiles.standard`. */
  readonly profile?: Profile
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
  /** Filters by name; they go before built-in ones. */
  readonly filters?: Readonly<Record<string, FilterExtension>>
  /** Functions by name; they go before built-in ones and macros. */
  readonly functions?: Readonly<Record<string, FunctionExtension>>
  /** Tests by name; they go before built-in ones. */
  readonly tests?: Readonly<Record<string, TestExtension>>
}
