import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import type { AppConfig } from '@bursar/domain/issuing/app-input.ts'
import type { AppPage } from '@bursar/domain/issuing/app-page.ts'
import { keyStatus } from '@bursar/domain/issuing/key-schedule.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import { openIssuingKey } from '../../issuer/issuing-key.ts'
import { type PreparedSigner, prepareSigner } from '../../issuer/prepared-signer.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import {
  type AppBody,
  type KeyVersion,
  openAppSecrets,
  openKeySecrets,
  type PageBody,
  type SigningKeyBody,
} from './app-documents.ts'
import type { ClientSecretFacts } from './app-operations.ts'

/** A page as it stands in memory. */
export interface OpenedPage {
  id: string
  workspaceId: string
  name: string
  config: AppPage
}

/** An app with what proves it, ready to be compared. */
export interface OpenedApp {
  id: string
  clientId: string
  config: AppConfig
  clientSecrets: ReadonlyArray<ClientSecretFacts & { hash: string }>
  signingSecret: Secret | OutsideReference | null
  formerSigningSecrets: ReadonlyArray<{ secret: Secret | OutsideReference; endsAt: number }>
  /** Secrets that were found right, by {@link SecretMarks}, with the end of each. */
  marks: Array<{ mark: string; endsAt: number | null }>
}

export interface OpenedKey {
  id: string
  name: string
  algorithm: SigningAlgorithm
  versions: ReadonlyArray<OpenedVersion>
}
export interface OpenedVersion extends KeyVersion {
  signing: KeyObject
  verifying: KeyObject
  signer: PreparedSigner
}

export const openPage = (row: DocumentRow): OpenedPage => ({
  id: row.id,
  workspaceId: row.workspaceId,
  name: row.name!,
  config: (row.body as unknown as PageBody).config,
})

export function openApp(ports: Pick<Ports, 'envelope'>, row: DocumentRow): OpenedApp {
  const { config, clientSecrets, signingSecret, formerSigningSecrets = [] } = row.body as unknown as AppBody
  const secrets = openAppSecrets(ports, row)
  return {
    id: row.id,
    clientId: row.name!,
    config,
    clientSecrets: clientSecrets.map((facts) => ({ ...facts, hash: secrets.hashes[facts.id]! })),
    signingSecret: signingSecret?.reference ?? secrets.signingSecret,
    formerSigningSecrets: formerSigningSecrets.flatMap(({ id, reference, endsAt }) => {
      const secret = reference ?? secrets.formerSigningSecrets[id]
      return secret === undefined ? [] : [{ secret, endsAt }]
    }),
    marks: [],
  }
}

export function openSigningKey(ports: Pick<Ports, 'envelope'>, row: DocumentRow): OpenedKey {
  const { algorithm, keys } = row.body as unknown as SigningKeyBody
  const texts = openKeySecrets(ports, row)
  const versions = keys.map((key) => {
    const { signing, verifying } = openIssuingKey(algorithm, texts[key.kid]!)
    const header = { typ: 'JWT', kid: key.kid }
    return { ...key, signing, verifying, signer: prepareSigner(algorithm, signing, header) }
  })
  return { id: row.id, name: row.name!, algorithm, versions }
}

/** The one that signs at `now`. */
export const activeVersion = ({ versions }: OpenedKey, now: number): OpenedVersion | undefined =>
  versions.find((version) => keyStatus(version, now) === 'active')

/** Those that verify at `now`: the next one too, since clocks of nodes differ. */
export const verifyingVersions = ({ versions }: OpenedKey, now: number): OpenedVersion[] =>
  versions.filter((version) => keyStatus(version, now) !== 'ended')
