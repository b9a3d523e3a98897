import { z } from 'zod'
import { fail, type Point, pass, untold } from './points.ts'
import { sentenceSchema } from './result.ts'

/** Whether the terminal itself refuses what comes in from the network. `by`: which program was asked; '' for none found. */
export const firewallSchema = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['on', 'off']), by: z.string().max(200) }),
  z.object({ state: z.literal('unknown'), reason: sentenceSchema }),
])
export type Firewall = z.infer<typeof firewallSchema>

export function firewallPoint(firewall: Firewall): Point {
  if (firewall.state === 'unknown') {
    return untold('firewall', {
      ja: `ファイアウォールの状態を確認できません（${firewall.reason.ja}）`,
      en: `the state of the firewall cannot be told (${firewall.reason.en})`,
    })
  }
  const { state, by } = firewall
  if (state === 'on') return pass('firewall', `ファイアウォールが有効です（${by}）`, `the firewall is on (${by})`)
  if (by === '') {
    return fail(
      'firewall',
      'ファイアウォールがありません（nft・iptables が入っていません）',
      'there is no firewall: neither nft nor iptables is installed',
    )
  }
  if (by === 'systemd') {
    return fail(
      'firewall',
      'ファイアウォールのサービス（nftables・ufw・firewalld 等）が動いていません',
      'no firewall service (nftables, ufw, firewalld) is active',
    )
  }
  return fail(
    'firewall',
    `ファイアウォールが無効、又は受信を止める規則がありません（${by}）`,
    `the firewall is off, or has no rule that refuses what comes in (${by})`,
  )
}
