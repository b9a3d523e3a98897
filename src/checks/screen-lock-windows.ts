import type { SystemPart } from './check.ts'
import { explainFailure, isMissing, keysOf, known, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { locksAfter, neverLocks, type ScreenLock } from './screen-lock-facts.ts'

const system = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System'
const profiles = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList'
const desktopPolicy = 'Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop'

/** The machine's own limit (`InactivityTimeoutSecs`), else the screen saver that each signed-in user's policy forces. */
export const windowsScreenLock: SystemPart<ScreenLock> = {
  readings: () => ({
    system: { kind: 'registry', key: system, depth: 0 },
    profiles: { kind: 'registry', key: profiles, depth: 1 },
  }),
  more: (raws) =>
    Object.fromEntries(
      userSids(raws).map(
        (sid) => [`user:${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${desktopPolicy}`, depth: 0 }] as const,
      ),
    ),
  parse(raws) {
    const values = keysOf(raws, 'system')?.[0]?.values
    if (values === undefined && !isMissing(raws, 'system')) return unreadable(explainFailure(raws, 'system'))
    const limit = values?.InactivityTimeoutSecs
    if (typeof limit === 'number' && limit > 0) return known({ locks: [locksAfter('Windows', limit / 60, false)] })
    const forced = userSids(raws).flatMap((sid) => forcedMinutes(raws, sid))
    const signedIn = userSids(raws).filter((sid) => keysOf(raws, `user:${sid}`) !== null)
    if (signedIn.length === 0 || forced.length < signedIn.length)
      return known({ locks: [neverLocks('Windows', notForced)] })
    return known({ locks: [locksAfter('Windows', Math.max(...forced), false)] })
  },
}

const notForced = {
  ja: '「対話型ログオン: コンピューターの非アクティブ状態の上限」も、スクリーンセーバーのポリシーも設定されていません',
  en: 'neither the machine inactivity limit nor a screen saver policy is set',
} as const

function userSids(raws: Raws): readonly string[] {
  return (keysOf(raws, 'profiles') ?? [])
    .flatMap(({ path }) => /(S-1-(?:5-21|12-1)-[\d-]+)$/.exec(path)?.[1] ?? [])
    .slice(0, 50)
}

function forcedMinutes(raws: Raws, sid: string): readonly number[] {
  const values = keysOf(raws, `user:${sid}`)?.[0]?.values
  if (values === undefined || values.ScreenSaveActive !== '1' || values.ScreenSaverIsSecure !== '1') return []
  const seconds = Number(values.ScreenSaveTimeOut)
  return Number.isFinite(seconds) && seconds > 0 ? [seconds / 60] : []
}
