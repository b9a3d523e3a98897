import { type Keyfile, parseKeyfile } from './keyfile.ts'
import { type JoinedNetwork, type Protection, type SavedNetwork, weakest } from './wireless.ts'

/** A connection profile of NetworkManager (nm-settings-keyfile(5)); null where it is no wireless one. */
export function parseConnectionProfile(text: string, source: string): SavedNetwork | null {
  const file = parseKeyfile(text)
  const wifi = file.wifi ?? file['802-11-wireless']
  if (wifi === undefined) return null
  if (wifi.mode === 'ap') return null
  return { ssid: decodeSsid(wifi.ssid ?? ''), protection: protectionOf(file), source }
}

/** `nmcli --terse --fields ACTIVE,SSID,SECURITY device wifi list`: `:` within a value is written `\:`. */
export function parseNmcliWifi(text: string): readonly JoinedNetwork[] {
  return text
    .split('\n')
    .map((line) => line.split(/(?<!\\):/).map((field) => field.replaceAll(/\\(.)/g, '$1')))
    .filter(([active]) => active === 'yes')
    .map(([, ssid = '', security = '']) => ({ ssid, protection: offeredBy(security) }))
}

/** Key management of nm-settings: `none` and `ieee8021x` are static and dynamic WEP. */
const byKeyManagement: Readonly<Record<string, Protection>> = {
  none: 'wep',
  ieee8021x: 'wep',
  owe: 'owe',
  'wpa-psk': 'wpa2',
  'wpa-eap': 'wpa2',
  sae: 'wpa3',
  'wpa-eap-suite-b-192': 'wpa3',
}

function protectionOf(file: Keyfile): Protection | null {
  const security = file['wifi-security'] ?? file['802-11-wireless-security']
  if (security === undefined) return 'open'
  const protection = byKeyManagement[security['key-mgmt'] ?? ''] ?? null
  const versions = (security.proto ?? '').split(';').filter((version) => version !== '')
  // Without `proto` both are permitted and the newer one is taken; the joined network is judged by what it offers.
  const isFirstOnly = versions.length > 0 && !versions.includes('rsn')
  return protection === 'wpa2' && isFirstOnly ? 'wpa' : protection
}

const bySecurity: Readonly<Record<string, Protection>> = {
  WEP: 'wep',
  OWE: 'owe',
  WPA1: 'wpa',
  WPA2: 'wpa2',
  WPA3: 'wpa3',
}

/** Of several that an access point offers the weakest counts: whoever attacks picks it. */
function offeredBy(security: string): Protection | null {
  const words = security.split(/\s+/).filter((word) => word !== '' && word !== '--')
  if (words.length === 0) return 'open'
  return weakest(words.flatMap((word) => bySecurity[word] ?? []))
}

/** A name that is no plain text is kept as bytes: `231;148;186;`. */
function decodeSsid(text: string): string {
  if (!/^(\d{1,3};)+$/.test(text)) return text.replaceAll(/\\(.)/g, '$1')
  const bytes = text.split(';').filter((one) => one !== '')
  return new TextDecoder().decode(Uint8Array.from(bytes, Number))
}
