import type { CredentialDraft } from './credential.ts'

/** A form that is filled in, or why it can not be. */
export type PasteResult = { kind: string; draft: CredentialDraft; notes: string[] } | { problem: string }
