import type { SystemPart } from './check.ts'
import { explainFailure, isMissing, keysOf, known, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { type Lock, locksAfter, neverLocks, type ScreenLock, unknownLock } from './screen-lock-facts.ts'
import { loadedPeople, peopleReading } from './windows-people.ts'

const system = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System'
const desktopPolicy = 'Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop'
const desktopOwn = 'Control Panel\\Desktop'

/**
 * The machine's own limit (`InactivityTimeoutSecs`), else the screen saver of everybody who is signed in: what a policy
 * forces, or what they have set for themselves and could change.
 */
export const windowsScreenLock: SystemPart<ScreenLock> = {
  readings: () => ({
    system: { kind: 'registry', key: system, depth: 0 },
    people: peopleReading,
  }),
  more: (raws) =>
    Object.fromEntries(
      (loadedPeople(raws, 'people') ?? []).flatMap((sid) => [
        [`policy:${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${desktopPolicy}`, depth: 0 }] as const,
        [`own:${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${desktopOwn}`, depth: 0 }] as const,
      ]),
    ),
  watch: () => [system],
  parse(raws) {
    const values = keysOf(raws, 'system')?.[0]?.values
    if (values === undefined && !isMissing(raws, 'system')) return unreadable(explainFailure(raws, 'system'))
    const limit = values?.InactivityTimeoutSecs
    if (typeof limit === 'number' && limit > 0) return known({ locks: [locksAfter('Windows', limit / 60, false)] })
    const people = loadedPeople(raws, 'people')
    if (people === null) return known({ locks: [unknownLock('Windows', explainFailure(raws, 'people'))] })
    if (people.length === 0) return known({ locks: [unknownLock('Windows', nobody)] })
    const locks = people.map((sid) => saverOf(raws, sid))
    return known({ locks: [locks.toSorted((a, b) => badness(b) - badness(a))[0] ?? neverLocks('Windows', notForced)] })
  },
}

const notForced = {
  ja: '「対話型ログオン: コンピューターの非アクティブ状態の上限」も、スクリーンセーバーのポリシーも設定されていません',
  en: 'neither the machine inactivity limit nor a screen saver policy is set',
} as const
const nobody = {
  ja: 'コンピューターとしての上限が設定されておらず、サインインしている人がいないため、利用者ごとの設定を読み取れません',
  en: 'no limit is set for the machine, and with nobody signed in the settings of people cannot be read',
} as const

/** What is worst for the terminal comes first: it stands for all who are signed in. */
function badness({ state, minutes, isChangeable }: Lock): number {
  if (state === 'never') return 1e9
  return state === 'unknown' ? 1e8 : (minutes ?? 0) + (isChangeable === true ? 1e6 : 0)
}

/** A value of the policy wins over the same value of the person (Group Policy, "Control Panel\Personalization"). */
function saverOf(raws: Raws, sid: string): Lock {
  const lost = ['policy', 'own'].find(
    (name) => raws[`${name}:${sid}`]?.kind === 'failed' && !isMissing(raws, `${name}:${sid}`),
  )
  if (lost !== undefined) return unknownLock('Windows', explainFailure(raws, `${lost}:${sid}`))
  const forced = keysOf(raws, `policy:${sid}`)?.[0]?.values ?? {}
  const own = keysOf(raws, `own:${sid}`)?.[0]?.values ?? {}
  const value = (name: string) => String(forced[name] ?? own[name] ?? '')
  const seconds = Number(value('ScreenSaveTimeOut'))
  const isOn = value('ScreenSaveActive') === '1' && value('ScreenSaverIsSecure') === '1' && seconds > 0
  if (!isOn) return neverLocks('Windows', notForced)
  const isForced = names.every((name) => forced[name] !== undefined)
  return locksAfter('Windows', seconds / 60, !isForced)
}

const names = ['ScreenSaveActive', 'ScreenSaverIsSecure', 'ScreenSaveTimeOut'] as const
