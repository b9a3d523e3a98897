import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { TanmoriError } from '../errors.ts'
import { createOneTimePassword, hashPassword, type ScryptCost } from './accounts/password.ts'
import { configFileName } from './config.ts'
import { createAuthorityPair } from './pki/authority.ts'
import { writePair } from './pki/files.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { Store } from './store/store.ts'

export type SetupRequest = Readonly<{
  dir: string
  names: readonly string[]
  collectorListen: string
  consoleListen: string
  now: Date
  passwordCost?: ScryptCost
  /** Where modes keep nobody out (Windows). '' once it was read back that others are kept out, or why not. */
  closeFolder?: (dir: string) => Promise<string>
}>
/** `unclosed`: why others may still be let into the folder; '' where they are not. */
export type SetupResult = Readonly<{
  dir: string
  user: string
  password: string
  names: readonly string[]
  unclosed: string
}>

export const storeFileName = 'store.sqlite'
const firstUser = 'admin'

/**
 * A new center in a folder of its own: settings, CA, store, and the first user with a one-time password that is told
 * this once. It is made aside and moved into place whole, so that a broken attempt leaves nothing; inside of a folder
 * that is there already, since its owner need not be allowed to write beside it. Throws `usage` where something is in it.
 */
export async function setUpCenter(request: SetupRequest): Promise<SetupResult> {
  const dir = resolve(request.dir)
  if (existsSync(join(dir, configFileName))) {
    throw new TanmoriError('usage', `${dir}: a center is set up here already; nothing was changed`)
  }
  const isThere = existsSync(dir)
  const close = request.closeFolder ?? (async () => '')
  if (isThere) checkEmpty(dir)
  else mkdirSync(dirname(dir), { recursive: true, mode: 0o755 })
  const unclosedBefore = isThere ? await close(dir) : ''
  if (isThere) checkEmpty(dir) // until now others may have been able to put something there
  const draft = mkdtempSync(isThere ? join(dir, '.draft-') : join(dirname(dir), `.${basename(dir)}-`))
  try {
    const unclosed = isThere ? unclosedBefore : await close(draft)
    const result = await fill(draft, request)
    if (isThere) moveInto(draft, dir)
    else renameSync(draft, dir)
    return { ...result, dir, unclosed }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  }
}

function checkEmpty(dir: string): void {
  if (readdirSync(dir).length === 0) return
  throw new TanmoriError('usage', `${dir}: wanted a new or an empty folder; nothing was changed`)
}

/** The store's file is made before SQLite opens it: its log files take its mode. */
export function openStore(dir: string): Store {
  const file = join(dir, storeFileName)
  closeSync(openSync(file, 'a', 0o600))
  return openSqliteStore(file)
}

/** The settings last: a folder without them is no center. */
function moveInto(draft: string, dir: string): void {
  chmodSync(dir, 0o700)
  const names = readdirSync(draft).filter((name) => name !== configFileName)
  for (const name of [...names, configFileName]) renameSync(join(draft, name), join(dir, name))
  rmSync(draft, { recursive: true })
}

async function fill(dir: string, request: SetupRequest): Promise<Omit<SetupResult, 'dir' | 'unclosed'>> {
  chmodSync(dir, 0o700)
  const names = [...new Set([...request.names, 'localhost', '127.0.0.1'])]
  writePair(dir, 'ca', await createAuthorityPair(`Tanmori center ${names[0]}`, request.now))
  const password = createOneTimePassword()
  const store = openStore(dir)
  try {
    await store.users.add({
      name: firstUser,
      role: 'administrator',
      password: await hashPassword(password, request.passwordCost),
      mustChangePassword: true,
      createdAt: request.now.toISOString(),
      failedSignIns: 0,
      lockedUntil: null,
    })
  } finally {
    await store.close()
  }
  writeFileSync(join(dir, configFileName), describeSettings(names, request), { mode: 0o600, flush: true })
  return { user: firstUser, password, names }
}

function describeSettings(names: readonly string[], request: SetupRequest): string {
  const settings = stringify({
    schema: 'tanmori.center/1',
    names,
    collector: { listen: request.collectorListen },
    console: { listen: request.consoleListen },
    presence: { offlineAfterSeconds: 180 },
    log: { level: 'info' },
  })
  return `# tanmori-center: 中央の設定 / settings of the center. 変更後は再起動 / restart after a change.\n${settings}`
}
