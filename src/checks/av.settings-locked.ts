import { type LockedFile, type LockFacts, lockFactsSchema } from './antivirus-lock.ts'
import { countingProducts } from './antivirus-product.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { linuxSettings } from './clamav-settings.ts'
import { item, listNames } from './item.ts'
import type { Item } from './result.ts'
import { windowsSettings } from './windows-settings.ts'

export const avSettingsLocked = defineCheck({
  id: 'av.settings-locked',
  schema: lockFactsSchema,
  linux: linuxSettings,
  windows: windowsSettings,
  judge: judgeLock,
  remedy: {
    ja: '不正プログラム対策ソフトの設定を、管理者だけが変更できるようにしてください。ClamAV では設定ファイルの所有者を root（または clamav）、権限を 644 以下にし、clamd.conf の LocalSocketMode を 660 にします。Microsoft Defender では改ざん防止（Tamper Protection）を有効にします。',
    en: 'Let only administrators change the antivirus. ClamAV: settings owned by root (or clamav) and at most mode 644, `LocalSocketMode 660` in clamd.conf. Microsoft Defender: switch tamper protection on.',
  },
})

export function judgeLock(facts: LockFacts, { policy }: JudgeContext): Judgement | null {
  const { required, settingsLocked } = policy.antivirus
  if (!required || !settingsLocked) return null
  const { products, none } = countingProducts(facts, policy)
  if (none !== null) return none
  const clamav = products.some(({ id }) => id === 'clamav') ? judgeFiles(facts.files) : null
  const defender = products.some(({ id, isRunning }) => id === 'defender' && isRunning !== false)
  const answers = [clamav, defender ? judgeTamper(facts.isTamperProtected) : null].filter((one) => one !== null)
  const worst =
    answers.find(({ outcome }) => outcome === 'fail') ?? answers.find(({ outcome }) => outcome === 'unknown')
  return worst ?? answers[0] ?? untold(products.map(({ name }) => name))
}

function judgeFiles(files: readonly LockedFile[]): Judgement {
  if (files.length === 0) {
    return unknown('ClamAV の設定ファイルが見つかりません', 'The settings of ClamAV are not found')
  }
  const open = files.flatMap(openTo)
  if (open.length === 0) {
    return passed(
      `ClamAV の設定・プログラム（${files.length}件）は、管理者以外が変更できません`,
      `Only administrators may change the settings and programs of ClamAV (${files.length} looked at)`,
    )
  }
  return failed(
    `管理者でない利用者が ClamAV を止められるか、設定を変更できます（${open.length}件）`,
    `Somebody who is no administrator may stop ClamAV or change its settings (${open.length})`,
    open,
  )
}

/** Accounts below this number are services', such as clamav (uids of people begin at 1000, `UID_MIN` of login.defs). */
const firstPerson = 1000
const othersWrite = 0o002
const groupWrites = 0o020

/** A socket is for its group by design; clamd obeys a SHUTDOWN from whoever may write to it. */
function openTo({ path, uid, mode, kind }: LockedFile): readonly Item[] {
  if (kind === 'socket') {
    if ((mode & othersWrite) === 0) return []
    return [
      item(
        path,
        `${path}: 誰でも書き込めるため、一般の利用者が clamd を停止させられます（権限 ${mode.toString(8)}）`,
        `${path}: anybody may write to it, and so stop clamd (mode ${mode.toString(8)})`,
      ),
    ]
  }
  if (uid >= firstPerson)
    return [item(path, `${path}: 一般の利用者（uid ${uid}）の所有です`, `${path}: owned by uid ${uid}`)]
  if ((mode & (othersWrite | groupWrites)) === 0) return []
  return [
    item(
      path,
      `${path}: 所有者以外が書き込めます（権限 ${mode.toString(8)}）`,
      `${path}: others than its owner may write to it (mode ${mode.toString(8)})`,
    ),
  ]
}

function judgeTamper(isProtected: boolean | null): Judgement {
  if (isProtected === null) {
    return unknown(
      'Microsoft Defender の改ざん防止の状態を読み取れません',
      'Tamper protection of Microsoft Defender cannot be read',
    )
  }
  return isProtected
    ? passed('Microsoft Defender の改ざん防止は有効です', 'Tamper protection of Microsoft Defender is on')
    : failed('Microsoft Defender の改ざん防止が無効です', 'Tamper protection of Microsoft Defender is off')
}

function untold(names: readonly string[]): Judgement {
  const { ja, en } = listNames(names)
  return unknown(
    `${ja} の設定変更の防止を読み取る方法がありません。製品の管理画面で確認してください`,
    `How ${en} is protected from changes cannot be read: look in its own console`,
  )
}
