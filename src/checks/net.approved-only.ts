import { z } from 'zod'
import { adapterPoints, gatewayPoints, oneNetworkPoints, wirelessPoints } from './approved-points.ts'
import { defineCheck } from './check.ts'
import { linuxLinkReadings, linuxNetworkReadings, parseLinuxNetwork } from './linux-network.ts'
import { linuxWirelessMore, linuxWirelessReadings, parseLinuxWireless } from './linux-wireless.ts'
import { type NetworkState, networkStateSchema, withGatewaysOnly } from './network-state.ts'
import { judgePoints } from './points.ts'
import { known } from './raw.ts'
import type { Parsed } from './reading.ts'
import { parseWindowsNetwork, windowsNetworkReadings } from './windows-network.ts'
import { parseWindowsWireless, windowsWirelessMore, windowsWirelessReadings } from './windows-wireless.ts'
import { type Wireless, wirelessSchema } from './wireless.ts'

const schema = z.object({
  ...networkStateSchema.shape,
  wireless: wirelessSchema.pick({ hasAdapter: true, joined: true, joinedGaps: true }),
})

/** Interfaces, gateways and wireless networks that the policy names, and one network at a time. */
export const netApprovedOnly = defineCheck({
  id: 'net.approved-only',
  schema,
  triggers: ['network'],
  linux: {
    readings: () => ({ ...linuxNetworkReadings, ...linuxWirelessReadings }),
    more: (raws) => ({ ...linuxLinkReadings(raws), ...linuxWirelessMore(raws) }),
    parse: (raws) => together(parseLinuxNetwork(raws), parseLinuxWireless(raws)),
  },
  windows: {
    readings: () => ({ ...windowsNetworkReadings, ...windowsWirelessReadings }),
    more: windowsWirelessMore,
    parse: (raws) => together(parseWindowsNetwork(raws), parseWindowsWireless(raws)),
  },
  judge(facts, context) {
    const points = [
      ...adapterPoints(facts, context),
      ...gatewayPoints(facts, context),
      ...wirelessPoints(facts, context),
      ...oneNetworkPoints(facts, context),
    ]
    return judgePoints(points, {
      ja: '許可されたネットワークだけに接続しています',
      en: 'only approved networks are joined',
    })
  },
  remedy: {
    ja: '許可されていない接続（無線、テザリング、VPN、二つ目の回線）を切り離してください。業務に必要な接続であれば、ネットワーク管理者が機器のMACアドレスとゲートウェイを確認し、ポリシーの network に登録するか、期限付きの許可を申請してください。',
    en: 'Take away the connection that is not approved (wireless, tethering, VPN, a second line). Where the work needs it, the network administrator checks the MAC address and the gateway and enters them in `network` of the policy, or applies for a grant with an end date.',
  },
})

function together(network: Parsed<NetworkState>, wireless: Parsed<Wireless>): Parsed<z.infer<typeof schema>> {
  if (!network.ok) return network
  if (!wireless.ok) return wireless
  const { hasAdapter, joined, joinedGaps } = wireless.facts
  return known({ ...withGatewaysOnly(network.facts), wireless: { hasAdapter, joined, joinedGaps } })
}
