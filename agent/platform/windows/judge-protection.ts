import type { PathProtection } from '../prober.ts'
import { aceTypes, formatDescriptor, type SecurityDescriptor, type Sid, sids } from './security-descriptor.ts'

/** NT SERVICE\TrustedInstaller ("Well-known SIDs"): what Windows Installer lays into Program Files may be its. */
const trustedInstaller = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464'
const always: readonly Sid[] = [sids.system, sids.administrators, trustedInstaller]

/** An entry that only what lies below gets (winnt.h, INHERIT_ONLY_ACE): says nothing of the object itself. */
const inheritOnly = 0x8
/** Data, append, extended attributes, delete child, attributes, delete, DAC, owner; generic write and all (winnt.h). */
const writeRights = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x40000000 | 0x10000000
/** Data, and generic read and all. */
const readRights = 0x1 | 0x80000000 | 0x10000000

/** Whether anybody but administrators and Windows itself may write it, or read it where it is secret. */
export function judgeProtection(
  path: string,
  descriptor: SecurityDescriptor,
  isSecret: boolean,
  alsoTrusted: Sid | null,
): PathProtection {
  const trusted = alsoTrusted === null ? always : [...always, alsoTrusted]
  const detail = formatDescriptor(descriptor)
  const { owner, dacl } = descriptor
  if (dacl === null || owner === null || !trusted.includes(owner)) return { path, state: 'open', detail }
  const refused = (isSecret ? writeRights | readRights : writeRights) >>> 0
  const others = dacl.filter(
    ({ type, flags, mask, sid }) =>
      type !== aceTypes.deny && (flags & inheritOnly) === 0 && !trusted.includes(sid) && (mask & refused) !== 0,
  )
  return { path, state: others.length > 0 ? 'open' : 'protected', detail }
}
