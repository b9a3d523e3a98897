import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { askCenter } from '../../src/center/commands/ask.ts'
import { readCenterConfig } from '../../src/center/config.ts'
import { type Center, createCenter } from '../../src/center/deps.ts'
import { setUpCenter } from '../../src/center/setup.ts'
import { silentLog } from '../../src/log.ts'
import type { Envelope } from '../../src/protocol/messages.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import { approver, author, rootOf, signed } from '../policy/signers.ts'
import { pagesDir } from './pages-dir.ts'

export type TestCenter = Readonly<{
  center: Center
  dir: string
  /** The first user and the one-time password, as `init` prints them. */
  user: string
  password: string
  /** A token for `enrol`, made as the command line makes it. */
  createToken(zone: Zone, group: string): Promise<string>
  stop(): Promise<void>
}>

/** A real center in a folder of its own, on free ports, with the trust root of the test's signers. */
export async function startCenter(): Promise<TestCenter> {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-browser-'))
  const dir = join(folder, 'center')
  const { user, password } = await setUpCenter({
    dir,
    names: ['localhost'],
    collectorListen: '127.0.0.1:0',
    consoleListen: '127.0.0.1:0',
    now: new Date(),
  })
  const center = await createCenter(readCenterConfig(dir), { log: silentLog, webDir: pagesDir })
  await center.start()
  const place = { dir, actor: 'console:tester' }
  await askCenter(place, 'document.push', { kind: 'root', envelope: signed('root', rootOf(), author, approver) })
  return {
    center,
    dir,
    user,
    password,
    createToken: async (zone, group) => {
      const { json } = await askCenter(place, 'token.create', { zone, group })
      return z.object({ token: z.string() }).parse(json).token
    },
    stop: async () => {
      await center.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A policy for one zone, signed by its author and an approver: the file that is chosen in the console. */
export function signedPolicy(version: number, changes: Readonly<Record<string, unknown>> = {}): Envelope {
  const document = {
    schema: 'tanmori.policy/1',
    id: 'mynumber-standard',
    title: { ja: 'マイナンバー利用事務系 標準ポリシー', en: 'My Number zone standard policy' },
    version,
    validFrom: '2026-04-01T00:00:00+09:00',
    expires: '2037-03-31T23:59:59+09:00',
    appliesTo: { zones: ['mynumber'] },
    mode: 'observe',
    contact: { ja: '情報政策課 内線 1234', en: 'IT section, extension 1234' },
    ...changes,
  }
  return signed('policy', document, author, approver)
}
