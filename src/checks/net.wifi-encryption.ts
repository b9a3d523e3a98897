import type { z } from 'zod'
import { defineCheck, type JudgeContext, type Judgement, passed } from './check.ts'
import { linuxWirelessMore, linuxWirelessReadings, parseLinuxWireless } from './linux-wireless.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { parseWindowsWireless, windowsWirelessMore, windowsWirelessReadings } from './windows-wireless.ts'
import { isWeaker, type Protection, protectionNames, wirelessSchema } from './wireless.ts'

type Facts = z.infer<typeof wirelessSchema>

/** The protection of the wireless network in use, and of those that the terminal would join by itself. */
export const netWifiEncryption = defineCheck({
  id: 'net.wifi-encryption',
  schema: wirelessSchema,
  triggers: ['network'],
  linux: { readings: () => linuxWirelessReadings, more: linuxWirelessMore, parse: parseLinuxWireless },
  windows: { readings: () => windowsWirelessReadings, more: windowsWirelessMore, parse: parseWindowsWireless },
  judge: judgeWifi,
  remedy: {
    ja: '暗号化の弱い無線LANから切断し、保存された設定を削除してください（Windows: netsh wlan delete profile、Linux: nmcli connection delete）。アクセスポイントが庁内のものであれば、WPA2又はWPA3（AES）だけを受け付けるように設定を改めます。',
    en: 'Leave the network and delete its saved profile (Windows: netsh wlan delete profile, Linux: nmcli connection delete). Where the access point is your own, set it to take WPA2 or WPA3 (AES) only.',
  },
})

function judgeWifi(facts: Facts, { policy }: JudgeContext): Judgement | null {
  const wanted = policy.network.wifiEncryption
  if (wanted === 'any') return null
  const points = [...joinedPoints(facts, wanted), ...savedPoints(facts, wanted), ...gapPoints(facts)]
  if (points.length === 0 && !facts.hasAdapter) {
    return passed(
      '無線LANの機器がなく、保存された無線LANの設定もありません',
      'there is no wireless adapter and no saved wireless network',
    )
  }
  if (points.length === 0) {
    return passed(
      '無線LANに接続しておらず、保存された設定もありません',
      'no wireless network is joined and none is saved',
    )
  }
  const { ja, en } = protectionNames[wanted]
  return judgePoints(points, {
    ja: `無線LANの接続先と保存された設定は、すべて${ja}以上です`,
    en: `every wireless network that is joined or saved has ${en} or better`,
  })
}

function joinedPoints({ joined }: Facts, wanted: Protection): readonly Point[] {
  return joined.map(({ ssid, protection }) => {
    const key = `joined:${ssid}`
    if (protection === null) {
      return untold(key, {
        ja: `接続中の無線LAN「${ssid}」の暗号化方式を確認できません`,
        en: `the protection of the wireless network "${ssid}" in use cannot be told`,
      })
    }
    const { ja, en } = protectionNames[protection]
    if (!isWeaker(protection, wanted)) return pass(key, `「${ssid}」は${ja}です`, `"${ssid}" has ${en}`)
    return fail(
      key,
      `暗号化の弱い無線LANに接続しています: 「${ssid}」${ja}（${protectionNames[wanted].ja}以上が必要）`,
      `the wireless network in use is too weak: "${ssid}", ${en} (${protectionNames[wanted].en} or better is wanted)`,
    )
  })
}

/** A terminal joins what it has saved by itself, also where somebody only pretends to be it. */
function savedPoints({ saved }: Facts, wanted: Protection): readonly Point[] {
  return saved.map(({ ssid, protection, source }) => {
    const key = `saved:${ssid}`
    if (protection === null) {
      return untold(key, {
        ja: `保存された無線LAN「${ssid}」の暗号化方式を確認できません（${source}）`,
        en: `the protection of the saved wireless network "${ssid}" cannot be told (${source})`,
      })
    }
    const { ja, en } = protectionNames[protection]
    if (!isWeaker(protection, wanted)) return pass(key, `「${ssid}」は${ja}です`, `"${ssid}" has ${en}`)
    return fail(
      key,
      `暗号化の弱い無線LANの設定が保存されています: 「${ssid}」${ja}（${source}）`,
      `a wireless network that is too weak is saved: "${ssid}", ${en} (${source})`,
    )
  })
}

function gapPoints({ joinedGaps, savedGaps }: Facts): readonly Point[] {
  return [...joinedGaps, ...savedGaps].map((gap, index) => untold(`gap:${index}`, gap))
}
