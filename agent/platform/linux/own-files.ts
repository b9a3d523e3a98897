import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../errno.ts'
import { readKnownDigest, readKnownMd5 } from '../known-digests.ts'
import type { OwnFile } from '../platform.ts'
import { defaultRulesName, lateRulesName } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readSmallFile } from './sysfs.ts'

const packageFolder = '/usr/lib/tanmori'
const unitFolders = ['/usr/lib/systemd/system', '/etc/systemd/system', '/run/systemd/system'] as const
const md5sums = '/var/lib/dpkg/info/tanmori.md5sums'
const maxMd5sumsBytes = 1_048_576
const limits = { timeoutMs: 30_000, maxBytes: 1 }

/** The running executable and everything that the package installs to run it, with its drop-ins, and the rules in force. */
export async function readOwnFiles(roots: LinuxRoots): Promise<readonly OwnFile[]> {
  const packaged = readMd5sums()
  const wanted = new Map<string, OwnFile['role']>([[process.execPath, 'executable']])
  for (const path of packaged.keys()) {
    if (path.startsWith(`${packageFolder}/`)) wanted.set(path, 'executable')
    else if (unitFolders.some((folder) => path.startsWith(`${folder}/`))) wanted.set(path, 'unit')
  }
  for (const path of listUnits()) wanted.set(path, 'unit')
  for (const path of listRules(roots)) wanted.set(path, 'rules')
  const files: OwnFile[] = []
  for (const [path, role] of wanted) files.push(await readOne(path, role, packaged.get(path)))
  return files
}

async function readOne(path: string, role: OwnFile['role'], md5: string | undefined): Promise<OwnFile> {
  const nothing = { path, role, sha256: null, modifiedAt: null, isAsPackaged: md5 === undefined ? null : false }
  const found = await statOf(path)
  if (typeof found === 'string') return { ...nothing, isMissing: found === 'missing' }
  const sha256 = await readKnownDigest(path, found, limits)
  const isAsPackaged = md5 === undefined ? null : (await readKnownMd5(path, found)) === md5
  return { path, role, sha256, isMissing: false, modifiedAt: found.mtime.toISOString(), isAsPackaged }
}

async function statOf(path: string): Promise<Stats | 'missing' | 'unreadable'> {
  try {
    return await stat(path)
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'missing' : 'unreadable'
  }
}

/** deb-md5sums(5): digest, two spaces, path without its first slash. */
function readMd5sums(): ReadonlyMap<string, string> {
  const lines = (readSmallFile(md5sums, maxMd5sumsBytes) ?? '').split('\n')
  return new Map(
    lines.flatMap((line) => {
      const [, md5, path] = /^([0-9a-f]{32}) {2}(.+)$/.exec(line) ?? []
      return md5 === undefined || path === undefined ? [] : [[`/${path}`, md5] as const]
    }),
  )
}

/** Units of the agent, and drop-ins that change what its units do. */
function listUnits(): readonly string[] {
  return unitFolders.flatMap((folder) =>
    listEntries(folder)
      .filter((name) => name.startsWith('tanmori'))
      .flatMap((name) => {
        const path = join(folder, name)
        return name.endsWith('.d') ? listEntries(path).map((one) => join(path, one)) : [path]
      }),
  )
}

function listRules({ etc }: LinuxRoots): readonly string[] {
  const rules = [defaultRulesName, lateRulesName].map((name) => join(etc, 'udev/rules.d', name))
  return [...rules, join(etc, 'modprobe.d/tanmori.conf')].filter((path) => readSmallFile(path, 1) !== null)
}
