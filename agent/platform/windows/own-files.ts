import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { errnoOf } from '../errno.ts'
import { type OwnFile, platformLimits } from '../platform.ts'
import type { Registry, RegistryValue } from './win32/registry.ts'

export type OwnFilesDeps = Readonly<{
  executable: string
  registry: Pick<Registry, 'readValues'>
  /** What WinVerifyTrust says of a file. */
  verifyTrust(path: string): Promise<number>
}>

export const serviceKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tanmori'
/** What the package installed, as sha256sum(1) writes it; beside the executable. */
export const packageList = 'files.sha256'
const addonFolder = 'native'
/** What runs, as whom, and when; the rest (recovery, description, delay) an update may set anew. */
const decisive: ReadonlySet<string> = new Set(['imagepath', 'objectname', 'type', 'start', 'launchprotected'])
const maxListBytes = 262_144
const canBeSigned = /\.(exe|dll|node)$/i
/** TRUST_E_BAD_DIGEST, TRUST_E_EXPLICIT_DISTRUST, CERT_E_REVOKED (winerror.h) */
const brokenTrust: ReadonlySet<number> = new Set([0x80096010, 0x800b0111, 0x800b010c])

type Facts = Readonly<{ sha256: string | null; isBroken: boolean }>
/** Of files that have not changed since: hashing a hundred megabytes twice each round would be most of its time. */
const known = new Map<string, Facts>()
const maxKnown = 200

/** The running executable, the addons beside it, what the package list names, and the service's registration. */
export async function readOwnFiles(deps: OwnFilesDeps): Promise<readonly OwnFile[]> {
  const folder = dirname(deps.executable)
  const packaged = parsePackageList(await readText(join(folder, packageList)))
  const paths = new Set([
    deps.executable,
    ...(await listAddons(join(folder, addonFolder))),
    ...[...packaged.keys()].map((name) => join(folder, name)),
  ])
  const files: OwnFile[] = []
  for (const path of paths) files.push(await readOne(deps, path, packaged.get(nameIn(folder, path))))
  return [...files, ...readService(deps.registry)]
}

async function readOne(deps: OwnFilesDeps, path: string, listed: string | undefined): Promise<OwnFile> {
  const nothing = { path, role: 'executable', sha256: null, modifiedAt: null } as const
  const found = await statOf(path)
  if (typeof found === 'string') {
    return { ...nothing, isMissing: found === 'missing', isAsPackaged: listed === undefined ? null : false }
  }
  const { sha256, isBroken } = await readFacts(deps, path, found)
  // A good signature only says that somebody signed it: any signed program in the place of ours would have one.
  const isAsPackaged = isBroken ? false : listed === undefined ? null : listed === sha256
  return { ...nothing, sha256, isMissing: false, modifiedAt: found.mtime.toISOString(), isAsPackaged }
}

async function readFacts(deps: OwnFilesDeps, path: string, found: Stats): Promise<Facts> {
  const { dev, ino, size, mtimeMs, ctimeMs } = found
  const name = [path, dev, ino, size, mtimeMs, ctimeMs].join(' ')
  const before = known.get(name)
  if (before !== undefined) return before
  const sha256 = size > platformLimits.maxDigestBytes ? null : await readDigest(path)
  const trust = canBeSigned.test(path) ? await deps.verifyTrust(path).catch(() => -1) : -1
  const facts = { sha256, isBroken: brokenTrust.has(trust) }
  if (sha256 === null) return facts
  if (known.size >= maxKnown) known.clear()
  known.set(name, facts)
  return facts
}

/** As `HEX  native/koffi.node`; folded, since Windows' names ignore case. */
export function parsePackageList(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, sha256, name] = /^([0-9a-f]{64}) [ *]([^\\:][^:]*)$/.exec(line) ?? []
      const isInside = name !== undefined && !name.split(/[\\/]/).includes('..') && !name.startsWith('/')
      return sha256 === undefined || !isInside ? [] : [[fold(name), sha256] as const]
    }),
  )
}

/** How the service is started: a changed ImagePath runs another program in our name. */
function readService(registry: Pick<Registry, 'readValues'>): readonly OwnFile[] {
  const values = registry.readValues(serviceKey)
  if (values === null) return []
  const lines = Object.entries(values)
    .filter(([name]) => decisive.has(fold(name)))
    .map(([name, value]) => `${fold(name)}=${textOf(value)}`)
    .sort()
  const sha256 = createHash('sha256').update(lines.join('\n')).digest('hex')
  return [{ path: serviceKey, role: 'unit', sha256, isMissing: false, modifiedAt: null, isAsPackaged: null }]
}

function textOf(value: RegistryValue): string {
  if (value.type === 'bytes') return value.data.toString('hex')
  return JSON.stringify(value.type === 'qword' ? value.data.toString() : value.data)
}

async function listAddons(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.(node|dll)$/i.test(name)).map((name) => join(folder, name))
  } catch {
    return [] // run from its source: there is no such folder
  }
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).slice(0, maxListBytes)
  } catch {
    return '' // no package brought it
  }
}

async function statOf(path: string): Promise<Stats | 'missing' | 'unreadable'> {
  try {
    return await stat(path)
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'missing' : 'unreadable'
  }
}

async function readDigest(path: string): Promise<string | null> {
  try {
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(chunk)
    return hash.digest('hex')
  } catch {
    return null // gone in between, or held by another program
  }
}

function nameIn(folder: string, path: string): string {
  return fold(relative(folder, path))
}

function fold(name: string): string {
  return name.replaceAll('\\', '/').toLowerCase()
}
