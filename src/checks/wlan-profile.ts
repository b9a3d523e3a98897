import type { Protection, SavedNetwork } from './wireless.ts'

/**
 * A profile of the WLAN service, as it lies below `ProgramData\Microsoft\Wlansvc\Profiles` and as
 * `netsh wlan export profile` writes it (WLAN_profile v1 schema of Microsoft). Element names are never localized.
 */
export function parseWlanProfile(xml: string, source: string): SavedNetwork | null {
  const block = /<SSIDConfig>[\s\S]*?<SSID>([\s\S]*?)<\/SSID>/.exec(xml)?.[1]
  if (block === undefined) return null
  const authentication = elementOf(xml, 'authentication')
  const encryption = elementOf(xml, 'encryption')
  return { ssid: ssidOf(block), protection: protectionOf(authentication, encryption), source }
}

/** The profile's own name, by which Windows calls the network. */
export function profileNameOf(xml: string): string {
  return elementOf(xml, 'name')
}

const byAuthentication: Readonly<Record<string, Protection>> = {
  WPA: 'wpa',
  WPAPSK: 'wpa',
  WPA2: 'wpa2',
  WPA2PSK: 'wpa2',
  WPA3: 'wpa3',
  WPA3ENT: 'wpa3',
  WPA3ENT192: 'wpa3',
  WPA3SAE: 'wpa3',
  OWE: 'owe',
  shared: 'wep',
}

function protectionOf(authentication: string, encryption: string): Protection | null {
  if (encryption === 'WEP') return 'wep'
  if (authentication === 'open') return 'open'
  const protection = byAuthentication[authentication] ?? null
  return protection === 'wpa2' && encryption === 'TKIP' ? 'wpa' : protection
}

/** The hexadecimal bytes are the name; the text beside them is only for reading and may be wrong off ASCII. */
function ssidOf(block: string): string {
  const hex = elementOf(block, 'hex')
  if (!/^([0-9A-F]{2})+$/i.test(hex)) return elementOf(block, 'name')
  return new TextDecoder().decode(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))
}

function elementOf(xml: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
  return text.trim().replaceAll(/&(amp|lt|gt|quot|apos);/g, (entity) => entities[entity] ?? entity)
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}
