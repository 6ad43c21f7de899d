import { z } from 'zod'
import { compatPage, standardPage } from '../../issuing/app-page.ts'
import { instant } from './instant.ts'

const kept = {
  name: z.string(),
  token_path: z.string().describe('Where apps ask for their JWTs'),
  verify_path: z.string(),
  created_at: instant,
  updated_at: instant,
}

/** A token page. */
export const appPage = z.discriminatedUnion('mode', [
  standardPage.extend({ ...kept, issuer: z.string() }),
  z.object({
    ...compatPage.shape,
    algorithm: z.string(),
    ...kept,
  }),
])

/** Not all of it has to be there; the operation judges what comes of it. */
export const appPagePatch = z
  .looseObject({})
  .describe('A JSON merge patch of the page; its name and mode stay what they are')
