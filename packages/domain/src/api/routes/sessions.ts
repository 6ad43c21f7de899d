import { z } from 'zod'
import { sessionExample } from '../examples.ts'
import { plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import { pageOf } from '../wire/page.ts'
import * as wire from '../wire/session.ts'

export const sessionPage = pageOf(wire.session)

const path = '/v1/session'

export const sessionRoutes = [
  defineRoute({
    method: 'POST',
    path,
    operationId: 'createSession',
    tag: 'Sessions',
    summary: 'Sign in',
    description:
      'With a key, or with what a sign-in link carries behind `#link=`. Answers a cookie (HttpOnly, ' +
      'SameSite=Strict) that stands for the caller in every call that has no `Authorization`. A browser has to ' +
      'send the header `Bursar-Console: 1`, here and with every call that changes something.',
    scope: null,
    body: {
      schema: wire.signIn,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: { key: 'bsr_4f2a9c_…' },
    },
    answer: { status: 201, description: 'The session', schema: wire.session, example: sessionExample },
    errors: [
      'request.invalid',
      'caller.unauthenticated',
      'session.link_ended',
      'session.foreign_request',
      'session.throttled',
      'store.unavailable',
    ],
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/options`,
    operationId: 'getSignInOptions',
    tag: 'Sessions',
    summary: 'Ways to sign in',
    scope: null,
    answer: {
      status: 200,
      description: 'What the sign-in page offers',
      schema: wire.signInOptions,
      example: {
        key: true,
        link: true,
        sso: { title: 'login.example.com', url: 'https://bursar.example.com/console/sso' },
      },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path,
    operationId: 'getSession',
    tag: 'Sessions',
    summary: 'Who is asking',
    description: 'For a key as well as for a session.',
    scope: 'any',
    answer: {
      status: 200,
      description: 'Who, and until when',
      schema: wire.session,
      example: sessionExample,
    },
    errors: [],
  }),
  defineRoute({
    method: 'DELETE',
    path,
    operationId: 'endSession',
    tag: 'Sessions',
    summary: 'Sign out',
    description: 'Ends the session of this request on every node and takes its cookie away.',
    scope: 'any',
    answer: { status: 204, description: 'Signed out' },
    errors: [],
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/links`,
    operationId: 'createSignInLink',
    tag: 'Sessions',
    summary: 'Make a sign-in link',
    description: 'For the one who asks, with the same rights. Works once, for ten minutes.',
    scope: 'any',
    answer: {
      status: 201,
      description: 'The link',
      schema: wire.signInLink,
      example: {
        url: 'https://bursar.example.com/console/sign-in#link=019aab64.…',
        expires_at: '2026-11-22T09:40:00Z',
      },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/sessions',
    operationId: 'listSessions',
    tag: 'Sessions',
    summary: 'List sessions',
    description: "One's own; with the scope `admin` those of everybody.",
    scope: 'any',
    answer: {
      status: 200,
      description: 'Sessions that have not ended, newest first',
      schema: sessionPage,
      example: { items: [sessionExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/sessions/{id}',
    operationId: 'deleteSession',
    tag: 'Sessions',
    summary: 'End a session',
    description: "One's own; with the scope `admin` that of anybody. On every node within a second.",
    scope: 'any',
    params: z.strictObject({ id: plainText(200).describe('Id of the session') }),
    answer: { status: 204, description: 'It has ended' },
    errors: ['session.not_found'],
  }),
] as const
