import type { ForwardedEvent } from '../../operations/reactor/forward-event.ts'
import type { RuleLog } from '../../rule-engine/rule-engine.ts'

/** The engine puts one before every line. */
const ROCKET = '\ud83d\ude80'
const ESCAPED_ROCKET = '"\\ud83d\\ude80"'

/**
 * What became of an event, as JSON. It is what `JSON.stringify` would say but for the rocket, which is escaped: most
 * logs are ASCII otherwise, and a text of bytes is made and sent in half the time.
 */
export function presentResults(
  requestId: string,
  { buildId, results }: ForwardedEvent,
  withLogs: boolean,
): string {
  let text = `{"requestId":${JSON.stringify(requestId)},"buildId":${JSON.stringify(buildId)},"results":[`
  for (const [index, { ruleId, status, logs }] of results.entries()) {
    if (index > 0) text += ','
    text += `{"ruleId":"${ruleId}","status":"${status}"`
    if (!withLogs) {
      text += '}'
      continue
    }
    text += ',"logs":['
    const context = `],"context":{"ruleId":"${ruleId}"}}`
    for (let i = 0; i < logs.length; i += 1) {
      if (i > 0) text += ','
      text += presentLog(logs[i]!, context)
    }
    text += ']}'
  }
  return `${text}]}`
}

function presentLog({ name, timestampMs, attributes, messages }: RuleLog, context: string): string {
  let text = `{"name":"${name}","timestampMs":${timestampMs},"attributes":{"logLevel":"${attributes.logLevel}"},"messages":[`
  for (let i = 0; i < messages.length; i += 1) {
    if (i > 0) text += ','
    const message = messages[i]
    text += message === ROCKET ? ESCAPED_ROCKET : (JSON.stringify(message) ?? 'null')
  }
  return text + context
}
