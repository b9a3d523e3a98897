import type { JudgeContext } from './check.ts'
import { grantedNetworks } from './granted-networks.ts'
import { formatLinkKind } from './link-words.ts'
import { type Joined, joinedNetworks } from './network-joined.ts'
import { defaultRoutes, type Link, macOf, type NetworkState } from './network-state.ts'
import { fail, type Point, pass, untold } from './points.ts'
import type { Wireless } from './wireless.ts'

type State = NetworkState & Readonly<{ wireless: Pick<Wireless, 'hasAdapter' | 'joined' | 'joinedGaps'> }>

/** Interfaces of the machine that are up must be of the list. Made-up ones (bridges, tunnels) are judged by where they lead. */
export function adapterPoints(state: State, { policy }: JudgeContext): readonly Point[] {
  const { adapters } = policy.network
  if (adapters.length === 0) return []
  return state.links
    .filter(({ isUp, kind }) => isUp && isMachines(kind))
    .map((link) => {
      const kind = formatLinkKind(link)
      const key = `adapter:${link.mac ?? link.name}`
      if (link.mac === null) {
        return untold(key, {
          ja: `${link.name}（${kind.ja}）のMACアドレスを読み取れません`,
          en: `the MAC address of ${link.name} (${kind.en}) cannot be read`,
        })
      }
      if (adapters.includes(link.mac)) return pass(key, `${link.name} は登録されています`, `${link.name} is listed`)
      return fail(
        key,
        `登録されていない通信機器が接続中です: ${link.name}（${kind.ja}、${link.mac}）`,
        `a network adapter that is not listed is up: ${link.name} (${kind.en}, ${link.mac})`,
      )
    })
}

function isMachines(kind: Link['kind']): boolean {
  return kind === 'wired' || kind === 'wireless' || kind === 'mobile' || kind === 'bluetooth'
}

/** Each default gateway must be listed by its IP or its MAC address, or granted by its MAC address. */
export function gatewayPoints(state: State, context: JudgeContext): readonly Point[] {
  const listed = context.policy.network.gateways
  if (listed.length === 0) return []
  const permitted = [...listed.map((one) => one.toLowerCase()), ...grantedNetworks(context).gateways]
  const routes = defaultRoutes(state)
  const gateways = new Map(routes.map((route) => [`${route.link} ${route.gateway ?? ''}`, route] as const))
  return [...gateways.values()].map(({ gateway, link }) => {
    const key = `gateway:${gateway ?? link}`
    if (gateway === null) {
      return fail(
        key,
        `${link} から先へ、ゲートウェイを通らない既定の経路があります`,
        `a default route leads out by ${link} without a gateway`,
      )
    }
    const mac = macOf(state, gateway, link)
    const name = mac === null ? gateway : `${gateway}・${mac}`
    if (permitted.includes(gateway) || (mac !== null && permitted.includes(mac))) {
      return pass(key, `${gateway} は登録されたゲートウェイです`, `${gateway} is a listed gateway`)
    }
    if (mac === null && permitted.some(isMac)) {
      return untold(key, {
        ja: `ゲートウェイ ${gateway}（${link}）のMACアドレスが分からず、登録されたものか確認できません`,
        en: `the MAC address of the gateway ${gateway} (${link}) is not known, so it cannot be told whether it is listed`,
      })
    }
    return fail(
      key,
      `登録されていないゲートウェイを使っています: ${name}（${link}）`,
      `a gateway that is not listed is in use: ${name} (${link})`,
    )
  })
}

function isMac(text: string): boolean {
  return /^([0-9a-f]{2}:){5}/.test(text)
}

/** Mobile data and Bluetooth networks are as wireless as a wireless LAN. */
export function wirelessPoints(state: State, context: JudgeContext): readonly Point[] {
  const { wireless: rule, ssids } = context.policy.network
  if (rule === 'allow') return []
  const radios = state.links.filter(({ isUp, kind }) => isUp && isRadio(kind))
  const permitted = [...(rule === 'listed' ? ssids : []), ...grantedNetworks(context).ssids]
  const named = state.wireless.joined.map(({ ssid }) => ssidPoint(ssid, permitted, rule))
  const others = radios
    .filter(({ kind }) => kind !== 'wireless' || named.length === 0)
    .map((link) => radioPoint(link, rule, permitted.length > 0))
  const isUnseen = named.length === 0 && radios.some(({ kind }) => kind === 'wireless')
  const gaps = isUnseen ? state.wireless.joinedGaps.map((gap) => untold('wireless', gap)) : []
  if (named.length + others.length + gaps.length > 0) return [...named, ...others, ...gaps]
  return [pass('wireless', '無線は使われていません', 'no wireless network is in use')]
}

function isRadio(kind: Link['kind']): boolean {
  return kind === 'wireless' || kind === 'mobile' || kind === 'bluetooth'
}

function ssidPoint(ssid: string, permitted: readonly string[], rule: 'block' | 'listed'): Point {
  const key = `ssid:${ssid}`
  if (permitted.includes(ssid))
    return pass(key, `無線LAN「${ssid}」は許可されています`, `the wireless network "${ssid}" is permitted`)
  if (rule === 'block') {
    return fail(
      key,
      `禁止されている無線LANに接続しています: 「${ssid}」`,
      `wireless is not permitted, but "${ssid}" is joined`,
    )
  }
  return fail(
    key,
    `許可されていない無線LANに接続しています: 「${ssid}」`,
    `the wireless network "${ssid}" is not permitted`,
  )
}

/** A wireless link of which no name is known: forbidden where all are, not told where some are permitted. */
function radioPoint(link: Link, rule: 'block' | 'listed', mayBePermitted: boolean): Point {
  const kind = formatLinkKind(link)
  const key = `radio:${link.name}`
  if (link.kind === 'wireless' && (rule === 'listed' || mayBePermitted)) {
    return untold(key, {
      ja: `${link.name}（${kind.ja}）の接続先の名称（SSID）を確認できません`,
      en: `the name (SSID) of the network that ${link.name} has joined cannot be told`,
    })
  }
  return fail(
    key,
    `許可されていない無線の接続があります: ${link.name}（${kind.ja}）`,
    `a wireless connection is up that is not permitted: ${link.name} (${kind.en})`,
  )
}

/** 同時に二つのネットワークへ接続しない: two links that lead out, or two unlisted gateways on one link. */
export function oneNetworkPoints(state: State, { policy }: JudgeContext): readonly Point[] {
  if (!policy.network.singleNetwork) return []
  const joined = joinedNetworks(state)
  const names = joined.map((one) => formatJoined(one))
  const points = joined.flatMap((one) => secondGatewayPoints(one, policy.network.gateways))
  if (joined.length > 1) {
    const key = `networks:${joined
      .map(({ link }) => link)
      .toSorted()
      .join('+')}`
    return [
      fail(
        key,
        `同時に${joined.length}つのネットワークに接続しています: ${names.map(({ ja }) => ja).join('、')}`,
        `${joined.length} networks are joined at once: ${names.map(({ en }) => en).join(', ')}`,
      ),
      ...points,
    ]
  }
  if (points.length > 0) return points
  return [pass('networks', '接続しているネットワークは一つ以下です', 'at most one network is joined')]
}

/** IPv6 routers announce themselves, several on one wire; two of IPv4 were set by somebody. */
function secondGatewayPoints({ link, gateways }: Joined, listed: readonly string[]): readonly Point[] {
  const own = gateways.filter((gateway) => !gateway.includes(':'))
  if (own.length < 2 || own.every((gateway) => listed.includes(gateway))) return []
  return [
    fail(
      `gateways:${link}`,
      `${link} に既定の経路が${own.length}つあります（ゲートウェイ ${own.join('、')}）`,
      `${link} has ${own.length} default routes (gateways ${own.join(', ')})`,
    ),
  ]
}

function formatJoined({ link, gateways, ...rest }: Joined): Readonly<{ ja: string; en: string }> {
  const kind = formatLinkKind(rest)
  const by =
    gateways.length === 0
      ? { ja: '', en: '' }
      : { ja: `、ゲートウェイ ${gateways.join('・')}`, en: `, gateway ${gateways.join(' and ')}` }
  return { ja: `${link}（${kind.ja}${by.ja}）`, en: `${link} (${kind.en}${by.en})` }
}
