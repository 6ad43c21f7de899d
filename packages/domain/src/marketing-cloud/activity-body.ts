import type { ExecuteEndpoint } from './activity-config.ts'
import type { BindingScope, Contact, ContextMember } from './binding.ts'

/** The ids of an activity within its journey; they stay with it for life. */
export interface ActivityIds {
  activityObjectID: string
  journeyId: string
  activityId: string
}

/** The ids of one contact's passage: the same for every attempt, so that a receiver can tell a repetition. */
export interface PassageIds {
  definitionInstanceId: string
  activityInstanceId: string
}

/** 0 in a live journey. */
export const LIVE_MODE = 0

export function bindingScope(
  contact: Contact,
  key: string,
  ids: ActivityIds,
  passage: PassageIds,
): BindingScope {
  const context: Record<ContextMember, unknown> = {
    ExecutionMode: LIVE_MODE,
    DefinitionId: ids.journeyId,
    DefinitionInstanceId: passage.definitionInstanceId,
    ContactKey: contact.key,
    StartActivityKey: key,
    RequestObjectId: ids.activityObjectID,
  }
  return { contact, context, activityId: ids.activityId }
}

/** What `execute` is sent, data binding resolved; throws `UnboundExpression`. */
export function executeBody(
  { inArguments, outArguments, body }: ExecuteEndpoint,
  scope: BindingScope,
  ids: ActivityIds,
  passage: PassageIds,
): unknown {
  if (body !== null) return body(scope)
  return {
    inArguments: inArguments(scope),
    outArguments,
    activityObjectID: ids.activityObjectID,
    journeyId: ids.journeyId,
    activityId: ids.activityId,
    definitionInstanceId: passage.definitionInstanceId,
    activityInstanceId: passage.activityInstanceId,
    keyValue: scope.contact.key,
    mode: LIVE_MODE,
  }
}

/** What save, validate, publish, unpublish and stop are sent. */
export const phaseBody = (key: string, ids: ActivityIds, isPublished: boolean): Record<string, unknown> => ({
  activityObjectID: ids.activityObjectID,
  interactionId: ids.journeyId,
  originalDefinitionId: ids.journeyId,
  interactionKey: key,
  interactionVersion: '1',
  isPublished,
})

/** Of a JWT that takes the place of a body (`useJwt`): signed over the body as it would have been sent. */
export const BODY_JWT_HEADER = '{"alg":"HS256","typ":"JWT"}'
export const BODY_JWT_TYPE = 'application/jwt'
