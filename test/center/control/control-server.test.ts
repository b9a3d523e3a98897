import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCenterConfig } from '../../../src/center/config.ts'
import { controlAddress } from '../../../src/center/control/address.ts'
import { callControl } from '../../../src/center/control/control-client.ts'
import { startControl } from '../../../src/center/control/control-server.ts'
import { createOfflineOperations } from '../../../src/center/deps.ts'
import { setUpCenter } from '../../../src/center/setup.ts'
import { silentLog } from '../../../src/log.ts'
import { policyDocument } from '../../policy/documents.ts'

/** Short for what comes in at once, and long enough for that on a busy machine. */
const requestMs = 1000
const now = new Date('2026-06-15T00:00:00.000Z')

describe('the control socket of a center', () => {
  let folder: string
  let path: string
  let offline: Awaited<ReturnType<typeof createOfflineOperations>>
  let control: Server
  const underWay = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'control-'))
    const dir = join(folder, 'c')
    const listen = { collectorListen: '127.0.0.1:0', consoleListen: '127.0.0.1:0' }
    await setUpCenter({ dir, names: [], ...listen, now, passwordCost: { N: 1024, r: 8, p: 1 } })
    path = controlAddress(dir)
    offline = await createOfflineOperations(readCenterConfig(dir))
    const { tryPolicy } = offline.deps
    const slow = async (policy: Parameters<typeof tryPolicy>[0]) => {
      underWay.resolve()
      await finish.promise
      return tryPolicy(policy)
    }
    control = await startControl(dir, { ...offline.deps, tryPolicy: slow, log: silentLog }, requestMs)
  })
  afterEach(async () => {
    await new Promise((resolve) => control.close(resolve))
    await offline.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('waits for a dry run as long as it takes, and for a caller who says nothing only for its limit', async () => {
    const input = { policy: policyDocument({}) }
    const answer = callControl(path, { operation: 'policy.dry-run', input, actor: 'test' })
    await underWay.promise
    await once(createConnection(path).resume(), 'close') // later than the request, and its limit is over
    finish.resolve()
    expect((await answer).json).toMatchObject({ terminals: 0, failingTerminals: 0 })
  })
})
