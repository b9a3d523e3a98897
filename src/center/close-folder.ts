import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Runs Windows' icacls.exe; rejects where that answers anything but success. */
export type RunIcacls = (args: readonly string[]) => Promise<void>

const system = '*S-1-5-18'
const administrators = '*S-1-5-32-544'
const full = '(OI)(CI)F'
const savedName = '.acl'

/** What lets SYSTEM and the administrators alone at a folder, and at all that is made in it later. */
export const closingArgs = ['/inheritance:r', '/grant:r', `${system}:${full}`, `${administrators}:${full}`] as const

/**
 * Windows has no modes: what keeps the CA's key from others is the folder's list. '' once it was read back, or why not.
 * Its owner comes first: an owner may change the list at any time, anybody may make folders in ProgramData, and who may
 * not set the owner is no administrator and would lock themselves out by the rest.
 */
export async function closeFolder(dir: string, run: RunIcacls): Promise<string> {
  const saved = join(dir, savedName)
  try {
    for (const args of [['/setowner', administrators], ['/reset'], closingArgs]) await run([dir, ...args, '/q'])
    await run([dir, '/save', saved, '/q'])
    return judgeSaved(await readFile(saved, 'utf16le'))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await rm(saved, { force: true })
  }
}

const trusted = new Set(['SY', 'BA', 'S-1-5-18', 'S-1-5-32-544'])

/** What `icacls /save` writes: a name, then its list as SDDL, which no Windows translates. '' where nobody else is let in. */
export function judgeSaved(text: string): string {
  const [, flags, entries = ''] = /^D:([A-Z]*)((?:\([^()]*\))*)\s*$/m.exec(text) ?? []
  if (flags === undefined) return 'its list of rights could not be read back'
  const aces = [...entries.matchAll(/\(([^()]*)\)/g)].map(([, ace = '']) => ace.split(';'))
  const isClosed = aces.length > 0 && aces.every(([type, , , , , sid = '']) => type === 'D' || trusted.has(sid))
  if (flags.includes('P') && isClosed) return ''
  return `wanted SYSTEM and Administrators alone, came D:${flags}${entries}`
}
