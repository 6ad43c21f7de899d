import { BursarError } from '@bursar/domain/error.ts'
import type { Answer, NoAnswer } from '@bursar/domain/exchange.ts'
import type { OutsideReference, SourceName } from '@bursar/domain/outside-reference.ts'
import type { Secret } from '@bursar/domain/secret.ts'

/** One request of a client of a secret store, as bytes. */
export interface SourceRequest {
  method: string
  url: string
  headers: ReadonlyArray<readonly [name: string, value: string]>
  body: string | null
}

/** How it went; it never throws for what the network does. */
export type SourceAnswer = { kind: 'answer'; answer: Answer } | { kind: 'no_answer'; failure: NoAnswer }

export interface AwsSettings {
  /** Of the environment of AWS (`AWS_REGION`) when null. */
  region: string | null
  /** Both, or neither: then who the machine is (instance profile, web identity, `AWS_*` variables). */
  accessKeyId: string | null
  secretAccessKey: Secret | null
  /** References say `secret-name:key`; else `key` alone, looked for in `secretNames`. */
  secretNameAsKeyPrefix: boolean
  secretNames: readonly string[]
  /** Replaces the public endpoint of the region. */
  endpoint: string | null
}

export interface AzureSettings {
  /** `https://<name>.vault.azure.net`, or that of another cloud. */
  vaultUrl: string | null
  tenantId: string | null
  clientId: string | null
  clientSecret: Secret | null
  /** A file with a token of the machine's own identity provider, instead of a client secret. */
  federatedTokenFile: string | null
  /** The identity that Azure gives the machine; `clientId` names one of several. */
  managedIdentity: boolean
  /** Stands before every name. */
  keyPrefix: string
  authority: string
}

/** What a source may use to read. */
export interface SourceWorld {
  env: Readonly<Record<string, string | undefined>>
  /** Bursar's own files: no reference may read them. */
  dataDir: string
  /** Told once per place that is readable by others than its owner. */
  warn: (sentence: string) => void
  /** Through the outbound fence; the only network that the clients of secret stores are given. */
  send: (request: SourceRequest) => Promise<SourceAnswer>
  /** Those that references may name; the others are turned off. */
  enabled: readonly SourceName[]
  /** For one read, with whatever it asks for on its way. */
  deadlineMs: number
  aws: AwsSettings
  azure: AzureSettings
}

/** Reads the value, or throws {@link unresolved}. It is kept nowhere. */
export type ReadReference<R extends OutsideReference = OutsideReference> = (reference: R) => Promise<string>

/** One kind of place where secrets live. Opening it touches nothing: clients are loaded at the first read. */
export interface SecretSource<R extends OutsideReference = OutsideReference> {
  open(world: SourceWorld): ReadReference<R>
}

/** Ties a source to its kind of reference. */
export const defineSource = <From extends SourceName>(
  source: SecretSource<Extract<OutsideReference, { from: From }>>,
) => source

/** `secret.unresolved` with the reference, never the value. */
export const unresolved = (what: string, hint: string) =>
  new BursarError('secret.unresolved', { detail: what, hint })
