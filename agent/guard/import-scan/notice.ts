import type { Device } from '../../../src/policy/device.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { Notice } from '../../platform/platform.ts'
import { nameDevice } from '../outcome-event.ts'
import { askWhom } from '../quarantine/notice.ts'
import type { ScanJudgement } from './judge.ts'

/**
 * What the person at the terminal reads after a scan; null where there is nothing to say but "go on". `isFinal`: plugging
 * it in anew changes nothing.
 */
export function formatScanNotice(
  device: Device,
  { result }: ScanJudgement,
  { isOpened, isFinal }: Readonly<{ isOpened: boolean; isFinal: boolean }>,
  policy: Policy | null,
): Notice | null {
  const name = nameDevice(device)
  const ask = askWhom(policy)
  const medium = { ja: name === '' ? '媒体' : `媒体「${name}」`, en: name === '' ? 'The medium' : `"${name}"` }
  if (result === 'infected') {
    return {
      ja: `${medium.ja}から不正プログラムが見つかったため、使用を止めました。媒体を抜き、ほかの端末に挿さずに、すぐに連絡してください。${ask.ja}`,
      en: `Malware was found on ${medium.en}, and it was closed. Take it out, put it into no other terminal, and report at once. ${ask.en}`,
    }
  }
  if (result === 'clean') return null
  if (isOpened) {
    return {
      ja: `${medium.ja}の一部を検査できませんでした。使用はできますが、取扱いに注意してください。${ask.ja}`,
      en: `${medium.en} could not be scanned completely. It may be used; take care. ${ask.en}`,
    }
  }
  if (isFinal) {
    return {
      ja: `${medium.ja}はこの端末では検査することができないため、使用を止めました。${ask.ja}`,
      en: `${medium.en} cannot be scanned on this terminal, and was closed. ${ask.en}`,
    }
  }
  return {
    ja: `${medium.ja}を検査し終えることができないため、使用を止めました。抜き挿しすると、もう一度検査します。${ask.ja}`,
    en: `${medium.en} could not be scanned completely, and was closed. Plug it in anew to have it scanned again. ${ask.en}`,
  }
}
