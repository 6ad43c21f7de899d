/** Where a browser comes back to after a consent (RFC 6749 §3.1.2), below the public URL; the first by default. */
export const CALLBACK_PATHS = ['/oauth/callback', '/data/core/activation/oauth/api/v1/callback'] as const
