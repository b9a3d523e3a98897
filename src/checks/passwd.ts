/** `/etc/passwd`, `/etc/group` and `/etc/shadow`: passwd(5), group(5), shadow(5). */

export type PasswdEntry = Readonly<{ name: string; uid: number; gid: number; home: string; shell: string }>
export type GroupEntry = Readonly<{ name: string; gid: number; members: readonly string[] }>
/** The password itself stays here: only what kind of entry it is goes on. */
export type ShadowEntry = Readonly<{
  name: string
  password: 'empty' | 'locked' | 'set'
  /** Days since 1970 of the last change; null where it is not kept. */
  changedDay: number | null
  maxDays: number | null
  /** Days since 1970 from which the account is shut; null: never. */
  expiresDay: number | null
}>

export function parsePasswd(text: string): readonly PasswdEntry[] {
  return linesOf(text).flatMap(([name, , uid, gid, , home, shell]) => {
    const [uidNumber, gidNumber] = [wholeNumber(uid), wholeNumber(gid)]
    if (!isName(name) || uidNumber === null || gidNumber === null) return []
    return [{ name, uid: uidNumber, gid: gidNumber, home: home ?? '', shell: shell ?? '' }]
  })
}

export function parseGroup(text: string): readonly GroupEntry[] {
  return linesOf(text).flatMap(([name, , gid, members]) => {
    const gidNumber = wholeNumber(gid)
    if (!isName(name) || gidNumber === null) return []
    return [{ name, gid: gidNumber, members: (members ?? '').split(',').filter((member) => member !== '') }]
  })
}

export function parseShadow(text: string): readonly ShadowEntry[] {
  return linesOf(text).flatMap(([name, password, changed, , max, , , expires]) =>
    isName(name)
      ? [
          {
            name,
            password: passwordKind(password ?? '*'),
            changedDay: wholeNumber(changed),
            maxDays: wholeNumber(max),
            expiresDay: wholeNumber(expires),
          },
        ]
      : [],
  )
}

/** A shell that lets nobody in: an account of the system, not of a person. */
export function hasLoginShell({ shell }: PasswdEntry): boolean {
  return shell !== '' && !/\/(nologin|false|sync|halt|shutdown)$/.test(shell)
}

/** `!` before a hash: locked by passwd -l; `*`, `!`, `!!` alone: never had one. */
function passwordKind(field: string): ShadowEntry['password'] {
  if (field === '') return 'empty'
  return /^[!*]/.test(field) || field === 'x' ? 'locked' : 'set'
}

/** NIS lines (`+name`, `-name`) name nobody here. */
function isName(name: string | undefined): name is string {
  return name !== undefined && name !== '' && !/^[+-]/.test(name)
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null
}

function linesOf(text: string): readonly (readonly (string | undefined)[])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
}
