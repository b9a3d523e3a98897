import { valueForZone } from '../policy/sections/fields.ts'
import { defineCheck } from './check.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { type Lock, screenLockSchema } from './screen-lock-facts.ts'
import { linuxScreenLock } from './screen-lock-linux.ts'
import { windowsScreenLock } from './screen-lock-windows.ts'

export const cfgScreenLock = defineCheck({
  id: 'cfg.screen-lock',
  schema: screenLockSchema,
  linux: linuxScreenLock,
  windows: windowsScreenLock,
  judge({ locks }, { policy, zone }) {
    const max = valueForZone(policy.settings.screenLockMaxMinutes, zone)
    const longest = Math.max(...locks.map(({ minutes }) => minutes ?? 0))
    return judgePoints(
      locks.flatMap((lock) => lockPoints(lock, max)),
      {
        ja: `操作がないと${round(longest)}分以内にロックします（${locks.map(({ where }) => nameOf(where).ja).join('、')}。決まり: ${max}分以内）`,
        en: `locks within ${round(longest)} minutes without input (at most ${max})`,
      },
    )
  },
  remedy: {
    ja: 'GNOME では /etc/dconf/db/local.d/ に idle-delay と lock-enabled を書き、locks/ に同じキーを載せて dconf update を実行します。文字コンソールだけの端末は、/etc/profile.d/ に「readonly TMOUT=600」のように書きます。Windows では「コンピューターの非アクティブ状態の上限」を設定します。',
    en: 'GNOME: set idle-delay and lock-enabled in /etc/dconf/db/local.d/, name the same keys in locks/ and run dconf update. Text console: “readonly TMOUT=600” in /etc/profile.d/. Windows: set the machine inactivity limit.',
  },
})

function lockPoints({ where, minutes, state, isChangeable, note }: Lock, max: number): readonly Point[] {
  const { ja, en } = nameOf(where)
  const detail = note.ja === '' ? { ja: '', en: '' } : { ja: `（${note.ja}）`, en: ` (${note.en})` }
  if (state === 'unknown') {
    return [
      untold(where, {
        ja: `${ja}の画面ロックを確認できません${detail.ja}`,
        en: `whether ${en} locks cannot be told${detail.en}`,
      }),
    ]
  }
  if (state === 'never' || minutes === null) {
    return [
      fail(
        where,
        `${ja}は、操作がなくてもロックしません${detail.ja}（決まり: ${max}分以内）`,
        `${en} never locks by itself${detail.en} (at most ${max} minutes)`,
      ),
    ]
  }
  const inTime =
    minutes <= max
      ? pass(where, `${ja}は${round(minutes)}分でロックします`, `${en} locks after ${round(minutes)} minutes`)
      : fail(
          where,
          `${ja}がロックするまで${round(minutes)}分かかります（決まり: ${max}分以内）`,
          `${en} locks only after ${round(minutes)} minutes (at most ${max})`,
        )
  if (isChangeable !== true) return [inTime]
  return [
    inTime,
    fail(
      `${where}`,
      `${ja}の画面ロックは、利用者が自分で止めたり延ばしたりできます`,
      `users can switch the lock of ${en} off or put it off`,
    ),
  ]
}

/** Products have one name in both languages. */
function nameOf(where: string): Lock['note'] {
  return names[where] ?? { ja: where, en: where }
}

const names: Readonly<Record<string, Lock['note']>> = {
  console: { ja: '文字コンソール', en: 'the text console (no desktop)' },
  desktop: { ja: 'デスクトップ', en: 'the desktop' },
}

function round(minutes: number): number {
  return Math.round(minutes * 10) / 10
}
