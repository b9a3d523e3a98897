import { join } from 'node:path'
import type { Session } from '../platform.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readSmallFile } from './sysfs.ts'

const maxSessionBytes = 16_384

/** logind's own record of each session (`/run/systemd/sessions/ID`): no bus, no process. Greeters are not people. */
export function readSessions(roots: LinuxRoots): readonly Session[] {
  const folder = join(roots.run, 'systemd/sessions')
  return listEntries(folder)
    .filter((id) => !id.endsWith('.ref'))
    .flatMap((id) => parseSession(id, readSmallFile(join(folder, id), maxSessionBytes) ?? ''))
}

function parseSession(id: string, text: string): readonly Session[] {
  const fields = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)] as const
    }),
  )
  const user = fields.get('USER')
  const uid = Number(fields.get('UID'))
  const isPerson = (fields.get('CLASS') ?? 'user') === 'user'
  if (user === undefined || !Number.isSafeInteger(uid) || !isPerson || fields.get('STATE') === 'closing') return []
  return [{ id, user, uid, isActive: fields.get('ACTIVE') === '1', isRemote: fields.get('REMOTE') === '1' }]
}
