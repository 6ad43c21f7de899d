import { keysExample } from '../console-examples.ts'
import { defineRoute } from '../route.ts'
import { keyRotation, keys } from '../wire/keys.ts'

export const keyRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/keys',
    operationId: 'getKeys',
    tag: 'Service',
    summary: 'Read the state of the keys',
    description: 'The key ring, the data keys it wraps, and how far a rotation is. No key is told.',
    scope: 'admin',
    answer: { status: 200, description: 'The keys', schema: keys, example: keysExample },
    errors: [],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/keys/rotate',
    operationId: 'rotateKeys',
    tag: 'Service',
    summary: 'Rotate the keys',
    description:
      'Begins a rotation: a new key of the ring, a new data key, and every sealed value sealed again, in ' +
      'batches, while everything goes on. It survives restarts. Read `GET /v1/keys` to see how far it is.',
    scope: 'admin',
    body: {
      schema: keyRotation,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: { ring: 'new' },
    },
    answer: { status: 200, description: 'The keys', schema: keys, example: keysExample },
    errors: ['keys.rotating', 'keys.ring_elsewhere'],
  }),
] as const
