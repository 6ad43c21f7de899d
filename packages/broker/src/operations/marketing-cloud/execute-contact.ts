import { hash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { bindingScope, executeBody, type PassageIds } from '@bursar/domain/marketing-cloud/activity-body.ts'
import { type Contact, UnboundExpression } from '@bursar/domain/marketing-cloud/binding.ts'
import { parseContact } from '@bursar/domain/marketing-cloud/contact.ts'
import { type ContactResult, judgeExecution } from '@bursar/domain/marketing-cloud/outcome.ts'
import { demandPresent } from '../console/present-caller.ts'
import type { Caller } from '../operations.ts'
import type { Clock } from '../ports.ts'
import { type Activity, demandPublished, loadActivity } from './activity.ts'
import { prepareEndpoint, type SendBody } from './endpoint.ts'
import type { MarketingCloudPorts } from './ports.ts'

/** An activity ready for contacts. */
export interface Executor {
  activity: Activity
  send: SendBody
}

export async function prepareExecution(
  ports: MarketingCloudPorts,
  caller: Caller,
  key: string,
): Promise<Executor> {
  const activity = await loadActivity(ports, caller.workspaceId, key)
  demandPublished(activity)
  return { activity, send: await prepareEndpoint(ports, caller, activity, activity.config.execute) }
}

/**
 * What was prepared, as it stands now: what was withdrawn in between counts, and so does a Salt key or a configuration
 * that was changed.
 */
export async function prepareAgain(
  ports: MarketingCloudPorts,
  caller: Caller,
  { activity: { key, row } }: Executor,
): Promise<Executor> {
  await demandPresent(ports, caller)
  const executor = await prepareExecution(ports, caller, key)
  if (executor.activity.row.id === row.id) return executor
  throw new BursarError('activity.not_found', {
    detail: `The activity "${key}" was deleted; the one of this key is another.`,
  })
}

/** One contact, as `execute` of a journey meets it. */
export async function executeOne(
  ports: MarketingCloudPorts,
  caller: Caller,
  key: string,
  body: unknown,
): Promise<ContactResult> {
  const executor = await prepareExecution(ports, caller, key)
  const parsed = parseContact(body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const passage = passageIds(ports.random.id(), 0)
  return (await executeContact(ports.clock, executor, parsed.contact, passage))!
}

/** The same for a contact whenever it is sent again, so that the receiver can tell. */
export function passageIds(runId: string, line: number): PassageIds {
  const digest = hash('sha256', `${runId}\n${line}`)
  return { definitionInstanceId: asUuid(digest.slice(0, 32)), activityInstanceId: asUuid(digest.slice(32)) }
}

/** Version 8 is for ids made in one's own way, RFC 9562 §5.8. */
const asUuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`

/**
 * Sends a contact until there is an answer that counts, or the retries are used up. What goes wrong with a contact
 * is its result; null means that it was broken off between two attempts and has to be sent again later.
 */
export async function executeContact(
  clock: Pick<Clock, 'wait'>,
  { activity, send }: Executor,
  contact: Contact,
  passage: PassageIds,
  stop?: AbortSignal,
): Promise<ContactResult | null> {
  const { config, key, ids } = activity
  const { execute } = config
  let attempts = 0
  let unanswered = 0
  const end = (result: Omit<ContactResult, 'contactKey' | 'attempts'>): ContactResult => ({
    contactKey: contact.key,
    ...result,
    attempts,
    // Every attempt before the last that left without an answer may have arrived.
    ...(unanswered > 0 && attempts > 1 && { mayBeRepeated: true as const }),
  })
  try {
    const body = executeBody(execute, bindingScope(contact, key, ids, passage), ids, passage)
    for (;;) {
      attempts += 1
      const again = attempts <= execute.retryCount
      const sent = await send(body)
      if (sent.kind === 'no_answer') {
        const { code, detail } = sent.failure
        if (!again || code === 'outbound.blocked') return end({ status: 'failed', reason: { code, detail } })
        if (sent.failure.sent) unanswered += 1
      } else {
        const verdict = judgeExecution(config, sent.answer)
        if (verdict.kind === 'sent') {
          const { kind: status, ...outcome } = verdict
          return end({ status, ...outcome })
        }
        if (verdict.kind === 'ejected' || !again) {
          const { code, detail } = verdict
          return end({ status: 'ejected', reason: { code, detail, httpStatus: sent.answer.status } })
        }
      }
      await clock.wait(execute.retryDelayMs, stop)
      if (stop?.aborted) return null
    }
  } catch (error) {
    if (error instanceof UnboundExpression) {
      return end({ status: 'ejected', reason: { code: 'binding.unresolved', detail: error.message } })
    }
    if (error instanceof BursarError) {
      // The request that was not sent is no attempt.
      if (attempts > 0) attempts -= 1
      return end({ status: 'failed', reason: { code: error.code, detail: error.detail } })
    }
    throw error
  }
}
