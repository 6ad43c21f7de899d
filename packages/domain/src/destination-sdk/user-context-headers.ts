/** Headers that name for whom a configuration is made, by what templates call it. */
export const USER_CONTEXT_HEADERS = {
  'x-gw-ims-org-id': 'imsOrgId',
  'x-sandbox-name': 'sandboxName',
  'x-sandbox-id': 'sandboxId',
  'x-api-key': 'client',
} as const
