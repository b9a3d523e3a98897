import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FolderSystem, protectFolder } from '../../../../agent/platform/windows/own-places.ts'
import { trustedOwners } from '../../../../agent/platform/windows/pipe-security.ts'
import { type SecurityDescriptor, sids } from '../../../../agent/platform/windows/security-descriptor.ts'
import { describePlaceChanges, describeServiceChanges } from '../../../../agent/platform/windows/self-protection.ts'

type Entry = { kind: 'folder' | 'file' | 'linked-file' | 'link'; security: SecurityDescriptor }
const clerk = 'S-1-5-21-1-2-3-1001'
const trusted = trustedOwners(null)
const ofClerk: SecurityDescriptor = {
  owner: clerk,
  dacl: [{ type: 0, flags: 0, mask: 0x1f01ff, sid: clerk }],
  isProtected: false,
}
const right: SecurityDescriptor = {
  owner: sids.administrators,
  dacl: trusted.map((sid) => ({ type: 0, flags: 3, mask: 0x1f01ff, sid })),
  isProtected: true,
}
const inheriting: SecurityDescriptor = {
  owner: sids.system,
  dacl: trusted.map((sid) => ({ type: 0, flags: 0x10, mask: 0x1f01ff, sid })),
  isProtected: false,
}

/** Folders in a table; `keeps` false is a file system that takes permissions and forgets them. */
function fakeFolders(entries: Readonly<Record<string, Entry>>, keeps = true) {
  const table = new Map(Object.entries(entries))
  const get = (path: string) => {
    const entry = table.get(path)
    if (entry === undefined) throw new Error('ENOENT')
    return entry
  }
  const system: FolderSystem = {
    look: (path) => table.get(path)?.kind ?? null,
    makeFolder: (path) => void table.set(path, { kind: 'folder', security: inheriting }),
    listFolder: (path) =>
      [...table.keys()].filter((one) => posix.dirname(one) === path).map((one) => posix.basename(one)),
    readSecurity: (path) => get(path).security,
    writeSecurity: (path, security) => {
      if (keeps) get(path).security = security
    },
    removeName: (path) => void table.delete(path),
  }
  return { table, system }
}

describe('the agent’s own folders', () => {
  it('as they should be: nothing is changed', () => {
    const { system } = fakeFolders({
      '/T': { kind: 'folder', security: right },
      '/T/state': { kind: 'folder', security: inheriting },
      '/T/state/key.pem': { kind: 'file', security: inheriting },
    })
    expect(protectFolder(system, '/T', trusted)).toEqual({ changes: [], unheld: [], failures: [] })
  })

  it('not there yet: made, and closed before anything is in it', () => {
    const { table, system } = fakeFolders({})
    const { changes } = protectFolder(system, '/T', trusted)
    expect(changes.map(({ path, what }) => [path, what])).toEqual([
      ['/T', 'made'],
      ['/T', 'permissions'],
    ])
    expect(table.get('/T')?.security).toEqual(right)
  })

  it('a folder that somebody made first: it and all that is in it change hands', () => {
    const { table, system } = fakeFolders({
      '/T': { kind: 'folder', security: ofClerk },
      '/T/agent.yaml': { kind: 'file', security: ofClerk },
      '/T/state': { kind: 'folder', security: ofClerk },
    })
    const { changes } = protectFolder(system, '/T', trusted)
    expect(changes.map(({ path }) => path)).toEqual(['/T', '/T/agent.yaml', '/T/state'])
    expect(changes[0]?.came).toContain(clerk)
    expect(table.get('/T/agent.yaml')?.security.owner).toBe(sids.administrators)
    expect(table.get('/T/state')?.security.dacl).toEqual(right.dacl)
  })

  it('links are taken away and never followed, second names of other files too', () => {
    const { table, system } = fakeFolders({
      '/T': { kind: 'folder', security: right },
      '/T/state': { kind: 'link', security: ofClerk },
      '/T/hosts': { kind: 'linked-file', security: ofClerk },
      '/T/own': { kind: 'linked-file', security: inheriting },
    })
    const { changes } = protectFolder(system, '/T', trusted)
    expect(changes).toEqual([
      { path: '/T/state', what: 'link', came: '' },
      { path: '/T/hosts', what: 'link', came: '' },
    ])
    expect([...table.keys()]).toEqual(['/T', '/T/own'])
  })

  it('the folder itself a link: taken away, and made anew', () => {
    const { table, system } = fakeFolders({ '/T': { kind: 'link', security: ofClerk } })
    expect(protectFolder(system, '/T', trusted).changes.map(({ what }) => what)).toEqual([
      'link',
      'made',
      'permissions',
    ])
    expect(table.get('/T')).toEqual({ kind: 'folder', security: right })
  })

  it('a file system that keeps no permissions is said, and is nobody’s tampering', () => {
    const { system } = fakeFolders({ '/T': { kind: 'folder', security: ofClerk } }, false)
    expect(protectFolder(system, '/T', trusted)).toEqual({ changes: [], unheld: ['/T'], failures: [] })
  })

  it('nor is what is in a folder whose own permissions do not hold', () => {
    const { system } = fakeFolders({
      '/T': { kind: 'folder', security: ofClerk },
      '/T/new': { kind: 'file', security: ofClerk },
      '/T/link': { kind: 'link', security: ofClerk },
    })
    const writeSecurity: FolderSystem['writeSecurity'] = (path, wanted) => {
      if (path !== '/T') system.writeSecurity(path, wanted)
    }
    const { changes, unheld } = protectFolder({ ...system, writeSecurity }, '/T', trusted)
    expect(unheld).toEqual(['/T'])
    expect(changes).toEqual([{ path: '/T/link', what: 'link', came: '' }])
  })

  it('a folder that shuts SYSTEM out is taken back before it is looked into', () => {
    const { table, system } = fakeFolders({
      '/T': { kind: 'folder', security: ofClerk },
      '/T/link': { kind: 'link', security: ofClerk },
    })
    const isShut = () => table.get('/T')?.security === ofClerk
    const shut: FolderSystem = {
      ...system,
      readSecurity: (path) => {
        if (isShut()) throw new Error('Windows error 5')
        return system.readSecurity(path)
      },
      listFolder: (path) => (isShut() ? [] : system.listFolder(path)),
    }
    expect(protectFolder(shut, '/T', trusted)).toEqual({
      changes: [
        { path: '/T', what: 'permissions', came: 'not to be read' },
        { path: '/T/link', what: 'link', came: '' },
      ],
      unheld: [],
      failures: [],
    })
  })

  it('what cannot be looked at is said, and the rest is looked at', () => {
    const { system } = fakeFolders({
      '/T': { kind: 'folder', security: right },
      '/T/a': { kind: 'file', security: inheriting },
      '/T/b': { kind: 'file', security: ofClerk },
    })
    const readSecurity = (path: string) => {
      if (path === '/T/a') throw new Error('Windows error 5')
      return system.readSecurity(path)
    }
    const result = protectFolder({ ...system, readSecurity }, '/T', trusted)
    expect(result.failures).toEqual(['/T/a: Windows error 5'])
    expect(result.changes.map(({ path }) => path)).toEqual(['/T/b'])
  })

  it('more entries than are looked at is a failure, not a hang', () => {
    const many = Array.from({ length: 5_100 }, (_, index) => [`/T/${index}`, { kind: 'file', security: inheriting }])
    const { system } = fakeFolders({ '/T': { kind: 'folder', security: right }, ...Object.fromEntries(many) })
    expect(protectFolder(system, '/T', trusted).failures).toEqual(['/T: more in it than is looked at'])
  })
})

describe('what is told of it', () => {
  const permissions = { path: 'C:\\T', what: 'permissions', came: 'O:S-1-1-0' } as const
  const link = { path: 'C:\\T\\state', what: 'link', came: '' } as const

  it('an installation is no tampering, a planted link always is', () => {
    expect(describePlaceChanges([{ path: 'C:\\T', what: 'made', came: '' }, permissions], false)).toEqual([])
    expect(describePlaceChanges([permissions, link], false)).toMatchObject([
      { kind: 'guard.tampered', subject: 'C:\\T\\state', data: { count: 1 } },
    ])
  })

  it('afterwards every difference is, in one event, with what came', () => {
    expect(describePlaceChanges([permissions, link], true)).toMatchObject([
      {
        kind: 'guard.tampered',
        subject: 'C:\\T',
        data: { what: 'own-places', count: 2, changes: [permissions, link] },
      },
    ])
  })

  it('settings of the service that were set back', () => {
    const change = { item: 'imagePath', wanted: '"C:\\a.exe" service', came: 'C:\\evil.exe' }
    expect(describeServiceChanges([])).toEqual([])
    expect(describeServiceChanges([change])).toMatchObject([
      { kind: 'guard.tampered', subject: 'service Tanmori', data: { what: 'own-service', changes: [change] } },
    ])
  })
})
