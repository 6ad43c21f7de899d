import { z } from 'zod'
import { PHASES, type Phase } from '../../marketing-cloud/activity-config.ts'
import { activityInput } from '../../marketing-cloud/activity-input.ts'
import { contactInput } from '../../marketing-cloud/contact.ts'
import * as examples from '../marketing-cloud-examples.ts'
import { pageQuery, plainText } from '../query.ts'
import type { Route } from '../route.ts'
import * as wire from '../wire/marketing-cloud.ts'
import { doorBody, doorPageExample, doorPageOf } from './door-routes.ts'

export const activityPage = doorPageOf(wire.activitySummary)
export const runPage = doorPageOf(wire.run)

const NDJSON = ['application/x-ndjson']
const activities = '/marketing-cloud/activities'
const activityParams = z.strictObject({ key: plainText(128).describe('Key of the activity') })
const runParams = activityParams.extend({ run: plainText(128).describe('Id of the run') })

const PHASE_SUMMARIES: Readonly<Record<Phase, readonly [summary: string, description: string]>> = {
  save: ['Save a custom activity', 'Calls its `save` endpoint.'],
  validate: ['Validate a custom activity', 'Calls its `validate` endpoint.'],
  publish: [
    'Publish a custom activity',
    'Calls `save`, `validate` and `publish`; contacts reach it only when all of them answered 200.',
  ],
  unpublish: [
    'Unpublish a custom activity',
    'It is a draft again, whatever its `unpublish` endpoint answers.',
  ],
  stop: ['Stop a custom activity', 'No contact reaches it any more, whatever its `stop` endpoint answers.'],
}

const activityAnswer = (status: 200 | 201) => ({
  status,
  description: 'The activity',
  schema: wire.activity,
  example: examples.activityExample,
})

const activityRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: activities,
    operationId: 'registerActivity',
    tag: 'Marketing Cloud: activities',
    summary: 'Register a custom activity',
    description: 'By its config.json, or by the URL where that is. It is a draft until it is published.',
    scope: 'credentials:write',
    body: doorBody(activityInput, examples.activityInputExample),
    answer: activityAnswer(201),
    errors: ['activity.key_taken', 'activity.unreadable'],
  },
  {
    method: 'GET',
    path: activities,
    operationId: 'listActivities',
    tag: 'Marketing Cloud: activities',
    summary: 'List custom activities',
    scope: 'credentials:read',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'All of them',
      schema: activityPage,
      example: doorPageExample(examples.activitySummaryExample),
    },
    errors: [],
  },
  {
    method: 'GET',
    path: `${activities}/{key}`,
    operationId: 'getActivity',
    tag: 'Marketing Cloud: activities',
    summary: 'Read a custom activity',
    description: '`problems` says what keeps it from being published.',
    scope: 'credentials:read',
    params: activityParams,
    answer: activityAnswer(200),
    errors: ['activity.not_found'],
  },
  {
    method: 'PUT',
    path: `${activities}/{key}`,
    operationId: 'replaceActivity',
    tag: 'Marketing Cloud: activities',
    summary: 'Replace the configuration of a custom activity',
    description: 'It is a draft again. The signing secret stays unless it is named; null takes it away.',
    scope: 'credentials:write',
    params: activityParams,
    body: doorBody(activityInput, examples.activityInputExample),
    answer: activityAnswer(200),
    errors: ['activity.not_found', 'activity.changed', 'activity.unreadable'],
  },
  {
    method: 'DELETE',
    path: `${activities}/{key}`,
    operationId: 'deleteActivity',
    tag: 'Marketing Cloud: activities',
    summary: 'Delete a custom activity',
    description: 'Only while it is not published.',
    scope: 'credentials:write',
    params: activityParams,
    answer: { status: 204, description: 'It is gone' },
    errors: ['activity.not_found', 'activity.in_use'],
  },
  ...PHASES.map(phaseRoute),
]

/** A token goes along where the endpoint names a security context: then `proxy:` of that is asked for as well. */
function phaseRoute(phase: Phase): Route {
  const [summary, description] = PHASE_SUMMARIES[phase]
  const isStopping = phase === 'stop' || phase === 'unpublish'
  return {
    method: 'POST',
    path: `${activities}/{key}/${phase}`,
    operationId: `${phase}Activity`,
    tag: 'Marketing Cloud: activities',
    summary,
    description,
    scope: 'credentials:write',
    params: activityParams,
    answer: {
      status: 200,
      description: 'How the phases went',
      schema: wire.drive,
      example: examples.driveExample(phase),
    },
    errors: [
      'activity.not_found',
      'activity.changed',
      ...(isStopping ? [] : (['activity.unready', 'activity.blocked'] as const)),
    ],
  }
}

const SEND_SCOPE = 'proxy:<credential of the security context>'

const runRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${activities}/{key}/execute`,
    operationId: 'executeActivity',
    tag: 'Marketing Cloud: runs',
    summary: 'Send contacts through a custom activity',
    description:
      'One contact as JSON, answered with its result; or any number of them as NDJSON, a line each. Then the answer ' +
      'is NDJSON too: a line that names the run, a result for each contact, a line for the end. `Bursar-Run` carries ' +
      'the id. Without a security context the scope is `credentials:write`. With `Prefer: return=minimal` the lines of ' +
      'contacts are left out.',
    scope: SEND_SCOPE,
    params: activityParams,
    body: { ...doorBody(contactInput, examples.contactExample), streamTypes: NDJSON },
    answer: {
      status: 200,
      description: 'What became of the contact, or of each',
      schema: wire.contactResult,
      example: examples.contactResultExample,
      mediaTypes: NDJSON,
    },
    errors: ['activity.not_found', 'activity.not_published', 'activity.unready'],
  },
  {
    method: 'POST',
    path: `${activities}/{key}/runs`,
    operationId: 'createActivityRun',
    tag: 'Marketing Cloud: runs',
    summary: 'Make a run that waits for its contacts',
    description: 'Resuming it brings them. For clients that need its id before all contacts are sent.',
    scope: SEND_SCOPE,
    params: activityParams,
    answer: { status: 201, description: 'The run', schema: wire.run, example: examples.runExample },
    errors: ['activity.not_found', 'activity.not_published', 'activity.unready'],
  },
  {
    method: 'GET',
    path: `${activities}/{key}/runs`,
    operationId: 'listActivityRuns',
    tag: 'Marketing Cloud: runs',
    summary: 'List the runs of a custom activity',
    description: 'Newest first.',
    scope: 'credentials:read',
    params: activityParams,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: runPage,
      example: doorPageExample(examples.runExample),
    },
    errors: ['activity.not_found'],
  },
  {
    method: 'GET',
    path: `${activities}/{key}/runs/{run}`,
    operationId: 'getActivityRun',
    tag: 'Marketing Cloud: runs',
    summary: 'Read a run',
    scope: 'credentials:read',
    params: runParams,
    answer: { status: 200, description: 'The run', schema: wire.run, example: examples.runExample },
    errors: ['activity.not_found', 'run.not_found'],
  },
  {
    method: 'GET',
    path: `${activities}/{key}/runs/{run}/results`,
    operationId: 'getActivityRunResults',
    tag: 'Marketing Cloud: runs',
    summary: 'Read the results of a run',
    description: 'A line for each contact that has one, newest first.',
    scope: 'credentials:read',
    params: runParams,
    query: z.strictObject({
      status: plainText(64)
        .optional()
        .describe('Only these: one or several of sent, ejected, failed, invalid, with commas between them'),
    }),
    answer: { status: 200, description: 'Results, a line each', mediaTypes: NDJSON },
    errors: ['activity.not_found', 'run.not_found'],
  },
  {
    method: 'POST',
    path: `${activities}/{key}/runs/{run}/resume`,
    operationId: 'resumeActivityRun',
    tag: 'Marketing Cloud: runs',
    summary: 'Resume a run',
    description: 'The same stream again from its beginning; what has a result is not sent again.',
    scope: SEND_SCOPE,
    params: runParams,
    body: { ...doorBody(contactInput, examples.contactExample, []), streamTypes: NDJSON },
    answer: { status: 200, description: 'Results of those that had none, a line each', mediaTypes: NDJSON },
    errors: [
      'activity.not_found',
      'activity.not_published',
      'activity.unready',
      'run.not_found',
      'run.finished',
      'run.taken_over',
      'run.input_changed',
    ],
  },
  {
    method: 'POST',
    path: `${activities}/{key}/runs/{run}/stop`,
    operationId: 'stopActivityRun',
    tag: 'Marketing Cloud: runs',
    summary: 'Stop a run',
    description:
      'It ends in order, whoever began it and on whichever node, and can be resumed. It may be `running` until what is ' +
      'under way has its answer. One that does not go on stays as it is.',
    scope: SEND_SCOPE,
    params: runParams,
    answer: { status: 200, description: 'The run', schema: wire.run, example: examples.runExample },
    errors: ['activity.not_found', 'run.not_found', 'run.taken_over'],
  },
]

/** Custom activities, as `doors/marketing-cloud` serves them. */
export const activityApiRoutes: readonly Route[] = [...activityRoutes, ...runRoutes]
