import type { Link } from './network-state.ts'
import type { Sentence } from './result.ts'

/** What kind of connection it is, in words. */
export function formatLinkKind({ kind, isUsb }: Pick<Link, 'kind' | 'isUsb'>): Sentence {
  const { ja, en } = words[kind]
  return isUsb ? { ja: `USB接続の${ja}`, en: `${en} on USB` } : { ja, en }
}

const words = {
  wired: { ja: '有線', en: 'wired' },
  wireless: { ja: '無線LAN', en: 'wireless' },
  mobile: { ja: '携帯回線', en: 'mobile data' },
  bluetooth: { ja: 'Bluetooth', en: 'Bluetooth' },
  tunnel: { ja: 'VPN等のトンネル', en: 'tunnel (VPN)' },
  virtual: { ja: '仮想', en: 'virtual' },
  loopback: { ja: 'ループバック', en: 'loopback' },
} as const satisfies Record<Link['kind'], Sentence>
