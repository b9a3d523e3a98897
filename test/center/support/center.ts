import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { askCenter } from '../../../src/center/commands/ask.ts'
import { type CenterConfig, readCenterConfig } from '../../../src/center/config.ts'
import { type Center, type CenterOverrides, createCenter } from '../../../src/center/deps.ts'
import type { OperationName } from '../../../src/center/operations/operations.ts'
import { setUpCenter } from '../../../src/center/setup.ts'
import { silentLog } from '../../../src/log.ts'
import { TestClock } from './clock.ts'
import { createSigners, type Signers, signRoot } from './signed.ts'

export type TestCenter = Readonly<{
  center: Center
  config: CenterConfig
  clock: TestClock
  dir: string
  ca: string
  signers: Signers
  admin: Readonly<{ name: string; password: string }>
  ask(operation: OperationName, input: unknown): Promise<unknown>
  token(input?: Readonly<Record<string, unknown>>): Promise<string>
  /** Another center on the same folder; this one was stopped. */
  restart(): Promise<TestCenter>
  end(): Promise<void>
}>

/** Cheap: what it costs is not what these tests are about. */
const passwordCost = { N: 1024, r: 8, p: 1 }

/** A real center on loopback, in a folder of its own, with a trust root. */
export async function startCenter(overrides: CenterOverrides = {}): Promise<TestCenter> {
  const parent = mkdtempSync(join(tmpdir(), 'center-'))
  const clock = new TestClock()
  const { dir, user, password } = await setUpCenter({
    dir: join(parent, 'c'),
    names: [],
    collectorListen: '127.0.0.1:0',
    consoleListen: '127.0.0.1:0',
    now: clock.now(),
    passwordCost,
  })
  const signers = createSigners()
  const started = await openCenter({ dir, clock, signers, admin: { name: user, password }, overrides })
  await started.ask('document.push', { kind: 'root', envelope: signRoot(signers) })
  return started
}

type Opened = Pick<TestCenter, 'dir' | 'clock' | 'signers' | 'admin'> & Readonly<{ overrides: CenterOverrides }>

async function openCenter(opened: Opened): Promise<TestCenter> {
  const { dir, clock, signers, admin, overrides } = opened
  const config = readCenterConfig(dir)
  const center = await createCenter(config, { log: silentLog, clock, passwordCost, ...overrides })
  await center.start()
  const ask = async (operation: OperationName, input: unknown): Promise<unknown> =>
    (await askCenter({ dir, actor: 'test' }, operation, input)).json
  return {
    center,
    config,
    clock,
    dir,
    signers,
    admin,
    ca: readFileSync(join(dir, 'ca.pem'), 'utf8'),
    ask,
    async token(input = {}) {
      return z.object({ token: z.string() }).parse(await ask('token.create', { zone: 'mynumber', uses: 100, ...input }))
        .token
    },
    restart: () => openCenter(opened),
    async end() {
      await center.stop()
      rmSync(join(dir, '..'), { recursive: true, force: true })
    },
  }
}
