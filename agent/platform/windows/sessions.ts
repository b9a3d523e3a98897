import type { Session } from '../platform.ts'
import type { Registry } from './win32/registry.ts'
import type { SessionService } from './win32/wts.ts'

export type SessionsDeps = Readonly<{ service: SessionService; registry: Pick<Registry, 'readValue'> }>

/** WTS_CONNECTSTATE_CLASS: active 0, connected 1, shadow 3, disconnected 4; the others have nobody signed in. */
const statesOfPeople: ReadonlySet<number> = new Set([0, 1, 3, 4])
const activeState = 0
const computerName = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ActiveComputerName'

/** Whoever is signed in, in front of the terminal, behind a lock or over the network. */
export async function readSessions({ service, registry }: SessionsDeps): Promise<readonly Session[]> {
  const own = registry.readValue(computerName, 'ComputerName')
  const ownName = own?.type === 'string' ? own.data : ''
  const found = (await service.list()).filter(({ state }) => statesOfPeople.has(state))
  const sessions = await Promise.all(
    found.map(async ({ id, state }) => {
      const name = await service.text(id, 'user')
      if (name === '') return [] // a sign-in screen, or the services' own session
      const user = nameUser(await service.text(id, 'domain'), name, ownName)
      const uid = await service.sid(id)
      return [{ id: String(id), user, uid, isActive: state === activeState, isRemote: await service.isRemote(id) }]
    }),
  )
  return sessions.flat()
}

/** An account of the terminal itself goes by its bare name: two people called yamada are told by their domain. */
export function nameUser(domain: string, name: string, ownName: string): string {
  const isOwn = domain === '' || domain.toLowerCase() === ownName.toLowerCase()
  return isOwn ? name : `${domain}\\${name}`
}
