import { z } from 'zod'
import { GRANT_TYPES, type GrantType } from '../../grants/table.ts'

/** How a token is got, as it is answered; what its members can be, `CredentialInput` says by grant. */
export const recipe = z.looseObject({
  grant: z.enum(GRANT_TYPES as [GrantType, ...GrantType[]]),
})

/** Members that credentials complete; a provider may leave to them whatever differs. */
export const partOfRecipe = z.looseObject({
  grant: z.enum(GRANT_TYPES as [GrantType, ...GrantType[]]).optional(),
})
