import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { BASE_PATH as REACTOR } from '@bursar/domain/api/reactor/reactor-route.ts'
import { DESTINATIONS_PATH } from '@bursar/domain/api/routes/destinations.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { createAppsDoor } from '../doors/apps/door.ts'
import { createConnectDoor, isConnectPath } from '../doors/connect/routes.ts'
import { CONSOLE_PATH, createConsoleDoor } from '../doors/console/door.ts'
import { createDestinationsDoor } from '../doors/destinations/routes.ts'
import { createMarketingCloudDoor, BASE_PATH as MARKETING_CLOUD } from '../doors/marketing-cloud/routes.ts'
import { createNativeDoor } from '../doors/native/routes.ts'
import { createEventsDoor } from '../doors/reactor/events.ts'
import { createReactorDoor } from '../doors/reactor/routes.ts'
import { presentAuditEvent } from '../doors/reactor/service-routes.ts'
import { createClientFacts } from '../http/client-facts.ts'
import { createDataPlane } from '../injector/data-plane.ts'
import { DEFAULT_DELIVERY_LIMITS } from '../injector/delivery.ts'
import { createJwtSigner } from '../issuer/sign.ts'
import { createAppOperations } from '../operations/apps/create-app-operations.ts'
import { firstAdmin } from '../operations/callers.ts'
import { createConsoleOperations, type SettingView } from '../operations/console/console-operations.ts'
import { createNodes } from '../operations/console/nodes.ts'
import { createSingleSignOn } from '../operations/console/single-sign-on.ts'
import { createTraffic, type Traffic } from '../operations/console/traffic.ts'
import { createOperations } from '../operations/create-operations.ts'
import { createKeyRotation } from '../operations/keys/rotation.ts'
import { createMarketingCloud } from '../operations/marketing-cloud/marketing-cloud.ts'
import type { Operations } from '../operations/operations.ts'
import type { Clock, Ports } from '../operations/ports.ts'
import { createCallbackDelivery } from '../operations/reactor/callback-delivery.ts'
import { createEventForwarding } from '../operations/reactor/forward-event.ts'
import { createReactor } from '../operations/reactor/reactor.ts'
import { createSkew } from '../operations/skew.ts'
import { createOutboundFetch } from '../outbound/fetch.ts'
import { createGuard } from '../outbound/guard.ts'
import type { OutboundSettings } from '../outbound/outbound.ts'
import { createOutbound } from '../outbound/send.ts'
import { createRefresher } from '../refresher/refresher.ts'
import { createRuleEngine } from '../rule-engine/rule-engine.ts'
import { openStore } from '../store/open.ts'
import { openSpool } from '../store/spool.ts'
import { createEnvelope } from '../vault/envelope.ts'
import { openLiveKeyring } from '../vault/live-keyring.ts'
import { createSecretSources } from '../vault/resolve.ts'
import { consoleFolder } from './console-folder.ts'
import { createHousekeeping } from './housekeeping.ts'
import { type Listener, startListeners } from './http.ts'
import type { createLog } from './log.ts'
import { createMetrics, type MetricsRegistry } from './metrics.ts'
import { mountDoors, startingAt } from './mount-doors.ts'
import { createRandom } from './random.ts'
import { googleRegistration } from './registrations.ts'
import { describeSettings } from './settings.ts'
import type { Settings } from './settings-table.ts'
import { sourceWorld } from './source-settings.ts'
import { createStepLoop } from './step-loop.ts'
import { VERSION } from './version.ts'
import { joinMetrics } from './worker-metrics.ts'

export interface World {
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
  log: ReturnType<typeof createLog>
  /** Which of several processes on one port this is, from 1; absent when there is one only. */
  worker?: number
  /** What the settings are and where from, for the console. */
  describeSettings?: () => readonly SettingView[]
  /** Replaces DNS in tests. */
  lookup?: OutboundSettings['lookup']
  /** Stands between the operations and their ports in tests. */
  wrap?: (ports: Ports) => Ports
}

export interface Broker {
  url: string
  listeners: readonly Listener[]
  operations: Operations
  /** The first admin key, when one was made just now. */
  madeAdminKey: string | null
  /** Where the console is, as browsers reach it. */
  consoleUrl: string
  /** A sign-in link for the one who reads what is printed; null when none is wanted. */
  consoleLink: { url: string; expiresAt: number } | null
  /** Ends listeners, lets exchanges finish, closes the store. */
  stop(): Promise<void>
}

const DEFAULT_WORKSPACE = 'default'
/** For reading one secret elsewhere, and for each request on the way to it. */
const SOURCE_DEADLINE_MS = 10_000
const SOURCE_REQUEST_DEADLINE_MS = 5_000

/** Every token that is handed out or refused counts, for `/metrics` and for the console. */
const countingTraffic = (metrics: MetricsRegistry, traffic: Traffic): MetricsRegistry => ({
  ...metrics,
  tokenServed(delivery, outcome) {
    metrics.tokenServed(delivery, outcome)
    traffic.count(outcome)
  },
})

const nodeIdOf = ({ nodeId }: Settings, worker = 1): string =>
  (nodeId ?? `${hostname()}-${randomBytes(3).toString('hex')}`) + (worker === 1 ? '' : `-${worker}`)

const wantsLink = (when: Settings['consoleLink'], isFirst: boolean, worker = 1): boolean =>
  worker === 1 && (when === 'always' || (when === 'first' && isFirst))

const reserveOf = (worker = 1) => (worker === 1 ? 'reserve' : `reserve-${worker}`)

/** Puts the house together. Nothing else knows all of it. */
export async function startBroker(settings: Settings, world: World): Promise<Broker> {
  const { clock, env, log } = world
  const random = createRandom(clock)
  const traffic = createTraffic(clock)
  const metrics = countingTraffic(createMetrics(world.worker ?? null), traffic)
  const { dataDir } = settings
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const keyring = await openLiveKeyring({ source: settings.keyring, dataDir, env })
  if (keyring.created)
    log.info('keyring_created', { path: keyring.origin, hint: 'Back it up apart from the database.' })

  const location =
    settings.databaseUrl === null ? { dataDir } : { databaseUrl: settings.databaseUrl.reveal() }
  const store = await openStore(location, {
    now: clock.now,
    pollSeconds: 0.4,
    log: (event, fields) => log.warn(event, fields),
  })
  try {
    const envelope = await createEnvelope(keyring, store.dataKeys, { now: clock.now })
    await envelope.addWorkspace(DEFAULT_WORKSPACE)
    const spool = await openSpool(join(dataDir, 'spool'), reserveOf(world.worker))

    const outboundSettings: OutboundSettings = {
      allow: settings.outboundAllow,
      insecureHttp: settings.outboundInsecureHttp,
      connectTimeoutMs: 5_000,
      limits: { deadlineMs: settings.upstreamDeadlineSeconds * 1000, maxBodyBytes: 1024 * 1024 },
      clock,
      userAgent: `bursar/${VERSION}`,
      onExhausted: (origin, connections) => log.warn('connections_exhausted', { origin, connections }),
      ...(settings.outboundCa !== null && { extraCa: await readFile(settings.outboundCa, 'utf8') }),
      ...(world.lookup !== undefined && { lookup: world.lookup }),
    }
    const tokenEndpoints = createOutbound(outboundSettings)
    const destinations = createGuard(outboundSettings)
    const secretStores = createOutbound({
      ...outboundSettings,
      limits: { ...outboundSettings.limits, deadlineMs: SOURCE_REQUEST_DEADLINE_MS },
    })

    let publicUrl = settings.publicUrl ?? ''
    let consoleUrl = settings.consoleUrl ?? ''
    const real: Ports = {
      store,
      spool,
      envelope,
      sources: createSecretSources({
        env,
        dataDir,
        warn: (sentence) => log.warn('secret_source', { sentence }),
        send: (request) => secretStores.send(request),
        deadlineMs: Math.min(SOURCE_DEADLINE_MS, outboundSettings.limits.deadlineMs),
        ...sourceWorld(settings),
      }),
      outbound: tokenEndpoints,
      signer: createJwtSigner(),
      clock,
      random,
      log,
      metrics,
      skew: createSkew(),
      settings: {
        nodeId: nodeIdOf(settings, world.worker),
        leaseSeconds: settings.leaseSeconds,
        upstreamDeadlineSeconds: settings.upstreamDeadlineSeconds,
        offlineGraceSeconds: settings.offlineGraceSeconds,
        waitSeconds: Math.min(30, settings.leaseSeconds),
        publicUrl: () => publicUrl,
        insecureHttp: settings.outboundInsecureHttp,
        authorizationSeconds: 600,
        tokensInMemory: settings.tokensInMemory,
      },
    }
    const ports = world.wrap?.(real) ?? real
    const firstKey = await firstAdmin(ports, settings.adminKey)
    const {
      operations,
      connect,
      destinations: configurations,
      sessions,
      usage,
      exchanger,
      flushUse,
      close,
    } = createOperations(ports, VERSION, {
      idleSeconds: settings.sessionIdleSeconds,
      endsAfterSeconds: settings.sessionSeconds,
      consoleUrl: () => consoleUrl,
      sso:
        settings.ssoIssuer === null ? null : { title: settings.ssoTitle ?? new URL(settings.ssoIssuer).host },
    })
    const { apps, ...issuing } = createAppOperations(ports)
    const othersOnThisPort = world.worker === undefined ? async () => [] : joinMetrics(metrics.collect, clock)
    metrics.watchByStatus(() => store.credentials.countByStatus())
    metrics.watch(
      'bursar_spooled_outcomes',
      'Answers waiting on local disk for the database.',
      () => spool.size,
    )
    metrics.watch('bursar_database_age_seconds', 'Seconds since the database was last reached.', () =>
      Math.max(0, clock.now() - store.lastContactAt),
    )

    metrics.watch(
      'bursar_destination_requests_waiting',
      'Requests that wait for a connection to their destination.',
      () => destinations.waiting,
    )

    const dataPlane = createDataPlane({
      operations,
      guard: destinations,
      limits: DEFAULT_DELIVERY_LIMITS,
      log,
      metrics,
    })
    const startedAt = clock.now()
    const nodes = createNodes(ports, () => ({
      nodeId: ports.settings.nodeId,
      version: VERSION,
      startedAt,
      worker: world.worker ?? null,
      url: publicUrl,
      ringKeys: keyring.ids,
      dataKey:
        envelope.describe().find(({ workspaceId }) => workspaceId === DEFAULT_WORKSPACE)?.dataKey ?? '',
      spooled: spool.size,
    }))
    const refresher = createRefresher(ports, exchanger, {
      concurrency: settings.refreshConcurrency,
      concurrencyPerOrigin: () => nodes.share(settings.refreshConcurrencyPerOrigin),
      isAlone: nodes.isAlone,
      idleSeconds: 5,
    })
    const stopNudging = store.onChange((changes) => {
      if (changes.some((change) => change.kind === 'credential')) refresher.nudge()
      for (const { kind, subject } of changes) if (kind === 'pause') refresher.heed(subject)
    })
    const keys = createKeyRotation({
      ...ports,
      nodeId: ports.settings.nodeId,
      envelope,
      keyring,
      nodes: nodes.all,
      retentionSeconds: settings.exchangeRetentionDays * 86_400,
    })
    const rotationLoop = createStepLoop(keys, clock, (failure) => log.warn('key_rotation_failed', failure))
    const console = createConsoleOperations({
      ...ports,
      operations,
      traffic,
      nodes,
      usage,
      settingsInForce: world.describeSettings ?? (() => describeSettings({}, env)),
      keyRing: async () => ({ name: 'key_ring', state: 'ok', detail: `Key ${keyring.active.id} is active.` }),
    })
    const { ssoIssuer, ssoClientId } = settings
    const signOn =
      ssoIssuer === null || ssoClientId === null
        ? null
        : createSingleSignOn(
            {
              ...ports,
              fetch: createOutboundFetch(tokenEndpoints),
              sessions,
              consoleUrl: () => consoleUrl,
              insecureHttp: settings.outboundInsecureHttp !== null,
            },
            {
              issuer: ssoIssuer,
              clientId: ssoClientId,
              clientSecret: settings.ssoClientSecret,
              scopes: settings.ssoScopes,
              rolesClaim: settings.ssoRolesClaim,
              roles: settings.ssoRoles,
            },
          )
    const native = createNativeDoor({
      operations: { ...operations, ...apps, ...sessions.operations, ...console, ...keys },
      log,
      clock,
      random,
      version: VERSION,
      trustedProxies: settings.trustedProxies,
    })
    const toDestinations = createOutbound(outboundSettings, destinations)
    const marketingCloud = createMarketingCloud({
      ...ports,
      destinations: toDestinations,
      tokens: operations,
    })
    const callbacks = createCallbackDelivery({
      ...ports,
      destinations: toDestinations,
      workspaces: () => envelope.describe().map(({ workspaceId }) => workspaceId),
      message: (event) => JSON.stringify({ data: presentAuditEvent(publicUrl + REACTOR, event) }),
    })
    const callbackLoop = createStepLoop(callbacks, clock, (failure) =>
      log.warn('callback_delivery_failed', failure),
    )
    const events = createEventForwarding({
      destinations: toDestinations,
      tokens: operations,
      engine: createRuleEngine(clock),
      store,
      clock,
    })
    const stopForgetting = store.onChange((changes) => changes.forEach(events.forget))
    const adminPlane = mountDoors(startingAt(CONSOLE_PATH, native), {
      [CONSOLE_PATH]: createConsoleDoor({
        folder: consoleFolder(settings.consoleDir),
        log,
        random,
        signOn: signOn && {
          signOn,
          clientFacts: createClientFacts(settings.trustedProxies),
          isSecure: () => consoleUrl.startsWith('https:'),
        },
      }),
      [MARKETING_CLOUD]: createMarketingCloudDoor({ marketingCloud, operations, log, clock, random }),
      [REACTOR]: createReactorDoor({
        reactor: createReactor({ ...ports, exchanger, registration: googleRegistration(settings) }),
        operations,
        log,
        clock,
        random,
      }),
      [DESTINATIONS_PATH]: createDestinationsDoor({
        operations: { ...operations, ...configurations },
        log,
        clock,
        random,
      }),
    })
    const publicDoor = createConnectDoor({ operations: { ...operations, ...connect }, log, random })
    const listeners = await startListeners(settings, {
      dataPlane,
      admin: adminPlane,
      public: (request) => publicDoor.fetch(request),
      isPublic: isConnectPath,
      events: createEventsDoor({ events, operations, log, random }),
      apps: createAppsDoor({ operations: apps, log, trustedProxies: settings.trustedProxies }),
      took: traffic.took,
      clock,
      health: {
        async ready() {
          try {
            await store.ping()
            return { ready: true, detail: 'ok' }
          } catch (error) {
            const detail = error instanceof BursarError ? error.detail : 'The database can not be reached.'
            return { ready: false, detail }
          }
        },
        metrics: async () => metrics.expose(await othersOnThisPort()),
      },
    })
    const publicListener = listeners.find((listener) => listener.planes.includes('public'))
    publicUrl ||= publicListener?.url ?? ''
    // One listener for all, or a console of its own.
    consoleUrl ||=
      settings.adminListen === null && settings.publicListen === null && settings.publicUrl !== null
        ? settings.publicUrl
        : (listeners.find((listener) => listener.planes.includes('admin'))?.url ?? '')
    // Before anything is refreshed: what an origin is asked at once is shared with the nodes that are there.
    await nodes.report()
    refresher.start()
    await issuing.warnAtStart()
    const housekeeping = createHousekeeping(
      ports,
      envelope,
      [keyring.reload, nodes.report, keys.retire, flushUse, issuing.housekeep, sessions.housekeep],
      settings.exchangeRetentionDays,
    )
    housekeeping.start()
    rotationLoop.start()
    callbackLoop.start()

    return {
      url: listeners[0]!.url,
      listeners,
      operations,
      madeAdminKey: firstKey?.made ? firstKey.key.reveal() : null,
      consoleUrl: `${consoleUrl}${CONSOLE_PATH}/`,
      consoleLink: wantsLink(settings.consoleLink, firstKey?.made === true, world.worker)
        ? await sessions.operatorLink()
        : null,
      async stop() {
        stopNudging()
        stopForgetting()
        await marketingCloud.runs.stop()
        await Promise.all(listeners.map((listener) => listener.stop()))
        await callbackLoop.stop()
        await callbacks.stop()
        await refresher.stop()
        await exchanger.drain()
        await rotationLoop.stop()
        await housekeeping.stop()
        // Its last round may have been over that already, or may have failed before.
        await flushUse().catch(() => undefined)
        await nodes.leave().catch(() => undefined)
        close()
        await issuing.close()
        await Promise.all([tokenEndpoints.close(), destinations.close(), secretStores.close()])
        await store.close()
      },
    }
  } catch (error) {
    await store.close().catch(() => undefined)
    throw error
  }
}
