import { readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { createCrypto } from '../crypto.ts'
import { createLog, type Log } from '../log.ts'
import { Accounts } from './accounts/accounts.ts'
import { defaultCost, type ScryptCost } from './accounts/password.ts'
import { type Console, createConsole } from './api/console.ts'
import { type ConsoleLimits, defaultConsoleLimits } from './api/console-deps.ts'
import { createCatalogue } from './catalogue.ts'
import { type Clock, systemClock } from './clock.ts'
import { Collector } from './collector/collector.ts'
import { Ingest } from './collector/ingest.ts'
import { type CollectorLimits, defaultCollectorLimits } from './collector/limits.ts'
import { type CenterConfig, policiesDir } from './config.ts'
import { checkFree, startControl } from './control/control-server.ts'
import { Documents } from './documents/documents.ts'
import { createTryPolicy } from './dry-run/one-at-a-time.ts'
import { createLive } from './live.ts'
import type { OperationDeps } from './operations/operation.ts'
import { openAuthority, type PemPair } from './pki/authority.ts'
import { ensureServerPair, readPair } from './pki/files.ts'
import { openStore } from './setup.ts'
import type { Store } from './store/store.ts'

export type CenterOverrides = Readonly<{
  clock?: Clock
  log?: Log
  store?: Store
  /** The folder of the built pages; null for none. */
  webDir?: string | null
  /** The folder of standards and end-of-support dates. */
  policiesDir?: string
  collectorLimits?: Partial<CollectorLimits>
  consoleLimits?: Partial<ConsoleLimits>
  passwordCost?: ScryptCost
}>

export type Address = Readonly<{ host: string; port: number; url: string }>
export type Center = Readonly<{
  start(): Promise<void>
  stop(): Promise<void>
  /** Known once started; ports that were asked for as 0 are the real ones here. */
  readonly addresses: Readonly<{ collector: Address; console: Address }>
  readonly store: Store
}>

const renewCheckMs = 12 * 3_600_000

/** The whole center, built but not yet listening. Throws `config.missing`, `store.unavailable`. */
export async function createCenter(config: CenterConfig, overrides: CenterOverrides = {}): Promise<Center> {
  const { clock = systemClock } = overrides
  const log = overrides.log ?? (await createLog('tanmori-center', config.log.level))
  const store = overrides.store ?? openStore(config.dir)
  const live = createLive()
  const catalogue = createCatalogue(overrides.policiesDir ?? policiesDir())
  const documents = new Documents({ store, clock, live, crypto: createCrypto() })
  const tryPolicy = createTryPolicy({ store, clock, documents, catalogue })
  const authority = await openAuthority(readPair(config.dir, 'ca'))
  const pairOf = (name: 'collector' | 'console') =>
    ensureServerPair(config.dir, name, { authority, names: config.names, now: clock.now() })
  const collector = new Collector({
    store,
    clock,
    log,
    live,
    documents,
    authority,
    certificate: (await pairOf('collector')).pair,
    limits: {
      ...defaultCollectorLimits,
      offlineAfterMs: config.presence.offlineAfterMs,
      ...overrides.collectorLimits,
    },
  })
  const consoleApp = await createConsole(
    {
      store,
      clock,
      log,
      live,
      documents,
      catalogue,
      tryPolicy,
      accounts: new Accounts({ store, clock, passwordCost: overrides.passwordCost ?? defaultCost }),
      watchingSince: () => collector.watch.watchingSince,
      onRevoked: (id) => collector.revoked(id),
      limits: { ...defaultConsoleLimits, ...overrides.consoleLimits },
    },
    {
      certificate: await readConsolePair(config, async () => (await pairOf('console')).pair),
      webDir: overrides.webDir ?? null,
    },
  )
  let control: Server | null = null
  let addresses: Center['addresses'] | null = null
  let stopRenewal: () => void = () => undefined
  return {
    store,
    get addresses() {
      if (addresses === null) throw new Error('the center has not started')
      return addresses
    },
    async start() {
      try {
        addresses = await listen()
      } catch (error) {
        await stop()
        throw error
      }
      stopRenewal = clock.every(renewCheckMs, () => {
        void renew(config, { log, collector, consoleApp, pairOf })
      })
      log.info({ collector: addresses.collector.url, console: addresses.console.url }, 'center: listening')
    },
    stop,
  }

  async function listen(): Promise<Center['addresses']> {
    await checkFree(config.dir)
    const { port } = await collector.start(config.collector.listen)
    const collectorUrl = describeUrl(config, port)
    const operationDeps = { store, clock, documents, tryPolicy, collectorUrl, caSha256: authority.sha256, log }
    control = await startControl(config.dir, {
      ...operationDeps,
      ingest: collector.ingest,
      onRevoked: (id) => collector.revoked(id),
      onImported: (id) => collector.watch.tell(id),
    })
    await consoleApp.listen(config.console.listen)
    return {
      collector: { host: config.collector.listen.host, port, url: collectorUrl },
      console: describeConsole(config, consoleApp),
    }
  }

  async function stop(): Promise<void> {
    stopRenewal()
    await new Promise<void>((resolve) => (control === null ? resolve() : control.close(() => resolve())))
    await consoleApp.close()
    await collector.stop()
    await store.close()
    log.info({}, 'center: stopped')
  }
}

/** The center's own operations while it does not run: straight on its store. */
export async function createOfflineOperations(
  config: CenterConfig,
): Promise<Readonly<{ deps: Omit<OperationDeps, 'actor'>; close(): Promise<void> }>> {
  const store = openStore(config.dir)
  const authority = await openAuthority(readPair(config.dir, 'ca'))
  const documents = new Documents({ store, clock: systemClock, live: createLive(), crypto: createCrypto() })
  const ingest = new Ingest({ store, clock: systemClock, live: createLive(), limits: defaultCollectorLimits })
  const collectorUrl = describeUrl(config, config.collector.listen.port)
  const deps = {
    store,
    clock: systemClock,
    documents,
    collectorUrl,
    caSha256: authority.sha256,
    onRevoked: () => undefined,
    ingest,
    onImported: () => undefined,
    tryPolicy: createTryPolicy({ store, clock: systemClock, documents, catalogue: createCatalogue(policiesDir()) }),
  }
  return {
    deps,
    async close() {
      await ingest.close()
      await store.close()
    },
  }
}

async function renew(
  config: CenterConfig,
  deps: Readonly<{
    log: Log
    collector: Collector
    consoleApp: Console
    pairOf: (name: 'collector' | 'console') => Promise<Readonly<{ pair: PemPair; isNew: boolean }>>
  }>,
): Promise<void> {
  try {
    const collector = await deps.pairOf('collector')
    if (collector.isNew) deps.collector.replaceCertificate(collector.pair)
    if (config.console.certificate !== null) return
    const { pair, isNew } = await deps.pairOf('console')
    if (isNew) deps.consoleApp.server.setSecureContext({ cert: pair.certificate, key: pair.key })
  } catch (error) {
    deps.log.error({ error: String(error) }, 'center: its certificates could not be renewed')
  }
}

async function readConsolePair(config: CenterConfig, own: () => Promise<PemPair>): Promise<PemPair> {
  const { certificate } = config.console
  if (certificate === null) return own()
  return { certificate: readFileSync(certificate.certificate, 'utf8'), key: readFileSync(certificate.key, 'utf8') }
}

function describeConsole(config: CenterConfig, app: Console): Address {
  const { host, port: wanted } = config.console.listen
  const bound = app.server.address()
  const port = bound === null || typeof bound === 'string' ? wanted : bound.port
  const shown = host === '127.0.0.1' || host === '::1' ? host : (config.names[0] ?? host)
  return { host, port, url: `https://${hostOf(shown)}:${port}` }
}

function describeUrl({ collector, names }: CenterConfig, port: number): string {
  return collector.url ?? `https://${hostOf(names[0] ?? 'localhost')}:${port}`
}

function hostOf(name: string): string {
  return name.includes(':') ? `[${name}]` : name
}
