import type { Phase } from '@bursar/domain/marketing-cloud/activity-config.ts'
import type { ContactResult } from '@bursar/domain/marketing-cloud/outcome.ts'
import type { PageQuery } from '../document-list.ts'
import type { Caller, Page } from '../operations.ts'
import type { Activity } from './activity.ts'
import { type DriveReport, drivePhase } from './drive-phase.ts'
import { executeOne } from './execute-contact.ts'
import type { MarketingCloudPorts } from './ports.ts'
import {
  type ActivityView,
  deleteActivity,
  getActivity,
  listActivities,
  registerActivity,
  replaceActivity,
} from './register-activity.ts'
import { createRuns, type Runs } from './runs.ts'
import {
  createSaltKey,
  deleteSaltKey,
  getSaltKey,
  listSaltKeys,
  type SaltKeyView,
  updateSaltKey,
} from './salt-keys.ts'
import {
  createSecurityContext,
  deleteSecurityContext,
  getSecurityContext,
  listSecurityContexts,
  type SecurityContextView,
  updateSecurityContext,
} from './security-contexts.ts'

/** The verbs of Marketing Cloud. Every one checks the caller's scopes itself and throws `BursarError`. */
export interface MarketingCloud {
  createContext(
    caller: Caller,
    body: unknown,
    options: { waitSeconds?: number },
  ): Promise<SecurityContextView>
  listContexts(caller: Caller, query: { cursor?: string; limit?: number }): Promise<Page<SecurityContextView>>
  getContext(caller: Caller, key: string): Promise<SecurityContextView>
  updateContext(caller: Caller, key: string, patch: unknown): Promise<SecurityContextView>
  deleteContext(
    caller: Caller,
    key: string,
  ): Promise<{ externalKey: string; revocation: { outcome: string; detail: string } }>
  createSaltKey(caller: Caller, body: unknown): Promise<SaltKeyView>
  listSaltKeys(caller: Caller, query: PageQuery): Promise<Page<SaltKeyView>>
  getSaltKey(caller: Caller, key: string): Promise<SaltKeyView>
  updateSaltKey(caller: Caller, key: string, patch: unknown): Promise<SaltKeyView>
  deleteSaltKey(caller: Caller, key: string): Promise<void>
  register(caller: Caller, body: unknown): Promise<ActivityView>
  replace(caller: Caller, key: string, body: unknown): Promise<ActivityView>
  list(caller: Caller, query: PageQuery): Promise<Page<Activity>>
  get(caller: Caller, key: string): Promise<ActivityView>
  delete(caller: Caller, key: string): Promise<void>
  drive(caller: Caller, key: string, phase: Phase): Promise<DriveReport>
  execute(caller: Caller, key: string, contact: unknown): Promise<ContactResult>
  runs: Runs
}

export function createMarketingCloud(ports: MarketingCloudPorts): MarketingCloud {
  return {
    createContext: (caller, body, options) => createSecurityContext(ports, caller, body, options),
    listContexts: (caller, query) => listSecurityContexts(ports, caller, query),
    getContext: (caller, key) => getSecurityContext(ports, caller, key),
    updateContext: (caller, key, patch) => updateSecurityContext(ports, caller, key, patch),
    deleteContext: (caller, key) => deleteSecurityContext(ports, caller, key),
    createSaltKey: (caller, body) => createSaltKey(ports, caller, body),
    listSaltKeys: (caller, query) => listSaltKeys(ports, caller, query),
    getSaltKey: (caller, key) => getSaltKey(ports, caller, key),
    updateSaltKey: (caller, key, patch) => updateSaltKey(ports, caller, key, patch),
    deleteSaltKey: (caller, key) => deleteSaltKey(ports, caller, key),
    register: (caller, body) => registerActivity(ports, caller, body),
    replace: (caller, key, body) => replaceActivity(ports, caller, key, body),
    list: (caller, query) => listActivities(ports, caller, query),
    get: (caller, key) => getActivity(ports, caller, key),
    delete: (caller, key) => deleteActivity(ports, caller, key),
    drive: (caller, key, phase) => drivePhase(ports, caller, key, phase),
    execute: (caller, key, contact) => executeOne(ports, caller, key, contact),
    runs: createRuns(ports),
  }
}
