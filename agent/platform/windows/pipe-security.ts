import type { Door } from '../../control/doors.ts'
import { aceTypes, fullAccess, type SecurityDescriptor, type Sid, sids } from './security-descriptor.ts'

/**
 * What a person needs to ask for the status: FILE_READ_DATA, FILE_WRITE_DATA, both attributes, READ_CONTROL,
 * SYNCHRONIZE. Not FILE_APPEND_DATA, which for pipes is FILE_CREATE_PIPE_INSTANCE ("Named Pipe Security and Access
 * Rights"): with it anybody could stand beside the agent and answer in its place. It is part of GENERIC_WRITE, so a
 * client must ask for exactly this.
 */
export const askRights = 0x1 | 0x2 | 0x80 | 0x100 | 0x20000 | 0x100000

/** `runsAs`: null for the terminal's own agent; in a trial also whoever started it owns the pipes and gets in. */
export function wantedPipeSecurity(door: Door, runsAs: Sid | null): SecurityDescriptor {
  const holders = trustedOwners(runsAs)
  return {
    owner: runsAs ?? sids.administrators,
    dacl: [
      ...holders.map((sid) => ({ type: aceTypes.allow, flags: 0, mask: fullAccess, sid })),
      ...(door === 'status' ? [{ type: aceTypes.allow, flags: 0, mask: askRights, sid: sids.interactive }] : []),
    ],
    isProtected: true,
  }
}

/** Whoever else owns a pipe of this name has planted it. */
export function trustedOwners(runsAs: Sid | null): readonly Sid[] {
  const always = [sids.system, sids.administrators]
  return runsAs === null || always.some((sid) => sid === runsAs) ? always : [...always, runsAs]
}
