/** The package has no types of its own; here is what the tests use of it. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface GrantContext {
    oidc: {
      client: { clientId: string }
      params: Record<string, string | undefined>
    }
    status: number
    body: unknown
  }

  interface Token {
    clientId: string
    scope?: string
    expiration: number
    save(): Promise<string>
    destroy(): Promise<void>
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    callback(): RequestListener
    registerGrantType(
      name: string,
      handler: (context: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void
    Client: { find(id: string): Promise<unknown> }
    ClientCredentials: {
      new (fields: { client: unknown; scope?: string }): Token
      find(value: string): Promise<Token | undefined>
    }
    AccessToken: { find(value: string): Promise<(Token & { grantId: string }) | undefined> }
    RefreshToken: { revokeByGrantId(grantId: string): Promise<void> }
  }

  export namespace errors {
    class InvalidGrant extends Error {
      constructor(detail: string)
    }
  }
}
