import { trimControls } from '../value/number-text.ts'
import { stringFilter } from './filter.ts'

export const trim = stringFilter('trim', 'ignored', trimControls)
