import { escapeText } from '../escape/table.ts'
import { textOf } from '../value/text.ts'
import { SafeString } from '../value/value.ts'
import { type FilterDefinition, textArgument } from './filter.ts'

/** Escapes for where the text will stand. What is safe already stays as it is. */
export const escapeFilter: FilterDefinition = {
  name: 'escape',
  parameters: ['strategy'],
  takesSafe: true,
  apply(input, [strategy = null], render) {
    if (input === null || input instanceof SafeString) return input
    const escaped = escapeText(textOf(input), textArgument(strategy, 'strategy') ?? render.defaultStrategy)
    render.chargeText(escaped.length)
    return new SafeString(escaped)
  },
}
