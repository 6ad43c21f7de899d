import { z } from 'zod'
import { CONSOLE_ROLES, type ConsoleRole } from '../../console-role.ts'
import { instant } from './instant.ts'

const role = z.enum(Object.keys(CONSOLE_ROLES) as [ConsoleRole, ...ConsoleRole[]])

/** What somebody signs in with: one of the two. */
export const signIn = z
  .strictObject({
    key: z.string().min(1).max(512).optional().describe('A key of a caller, pasted'),
    link: z.string().min(1).max(512).optional().describe('What stood behind `#link=` in a sign-in link'),
  })
  .refine(({ key, link }) => (key === undefined) !== (link === undefined), 'wants either key or link')

/** Who is asking, and until when. */
export const session = z.object({
  id: z.string().nullable().describe('Null when the request carries a key instead of a session'),
  method: z.enum(['key', 'link', 'sso', 'bearer']).describe('How they signed in'),
  caller: z.object({ id: z.string(), name: z.string() }),
  scopes: z.array(z.string()),
  roles: z.array(role).describe('Of a sign-in through an identity provider; empty otherwise'),
  created_at: instant.nullable(),
  seen_at: instant.nullable().describe('To the minute'),
  idle_ends_at: instant.nullable().describe('Moves on with every request'),
  ends_at: instant.nullable().describe('The session ends then whatever happens'),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  current: z.boolean().describe('Whether this request came with it'),
})

export const signInLink = z.object({
  url: z.string().describe('Opens the console once; the secret part stands in the fragment'),
  expires_at: instant,
})

/** What the sign-in page offers. Open to everybody. */
export const signInOptions = z.object({
  key: z.literal(true),
  link: z.literal(true),
  sso: z.object({ title: z.string(), url: z.string() }).nullable(),
})
