/** What the door of Marketing Cloud answers, as far as the console reads it; see docs/marketing-cloud.md. */
export const MARKETING_CLOUD = '/marketing-cloud'

export type Phase = 'save' | 'validate' | 'publish' | 'unpublish' | 'stop'

export interface Activity {
  key: string
  status: 'draft' | 'published' | 'stopped'
  name: string
  type: 'REST' | 'RESTDECISION'
  workflowApiVersion: string
  category: string | null
  url: string
  securityContextKey: string | null
  timeout: number
  retryCount: number
  retryDelay: number
  concurrentRequests: number
  phases: Phase[]
  outcomes: string[]
  source: string | null
  createdAt: string
  updatedAt: string
}

export interface ActivityDetail extends Activity {
  jwtSigningSecret: { set: boolean }
  config: Record<string, unknown>
  problems: Array<{ path: string; code: string; detail: string; hint?: string }>
}

export interface PhaseReport {
  phase: Phase
  outcome: 'ok' | 'failed' | 'not_configured'
  httpStatus?: number
  detail?: string
}

export interface DriveReport {
  key: string
  status: Activity['status']
  phases: PhaseReport[]
}

export interface Counts {
  sent: number
  ejected: number
  failed: number
  invalid: number
  repeated: number
}

export interface Run {
  id: string
  activityKey: string
  status: 'running' | 'interrupted' | 'finished'
  lines: number
  counts: Counts
  startedAt: string
  updatedAt: string
  endedAt: string | null
  /** What kept it from sending on. */
  reason: { code: string; detail: string } | null
}

export interface ContactResult {
  line?: number
  contactKey?: string
  status: 'sent' | 'ejected' | 'failed' | 'invalid'
  outArguments?: Record<string, unknown>
  branchResult?: string
  note?: string
  reason?: { code: string; detail: string; httpStatus?: number }
  attempts: number
  mayBeRepeated?: true
}

export interface SecurityContext {
  name: string
  externalKey: string
  grantType: 'jwt_bearer' | 'client_credentials' | 'client_credentials_jwt'
  tokenEndpoint: string
  validServiceUrls: string[]
  scope?: string
  /** Name of the credential that it is. */
  credential: string
  status: string
  reason: { code: string; detail: string; since: string } | null
  secretUpdatedAt: string | null
  tokenExpiresAt: string | null
  createdAt: string
  updatedAt: string
  [member: string]: unknown
}

export interface SaltKey {
  name: string
  externalKey: string
  bytes: number
  createdAt: string
  updatedAt: string
}

export interface Listed<T> {
  items: T[]
}

export const pathOfActivity = (key: string) => `/marketing-cloud/activities/${encodeURIComponent(key)}`
export const pathOfRun = ({ activityKey, id }: Pick<Run, 'activityKey' | 'id'>) =>
  `${pathOfActivity(activityKey)}/runs/${id}`
export const pathOfContext = (key: string) => `/marketing-cloud/contexts/${encodeURIComponent(key)}`
