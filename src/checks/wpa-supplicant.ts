import type { JoinedNetwork, Protection, SavedNetwork } from './wireless.ts'

/** The `network={…}` blocks of wpa_supplicant.conf(5). */
export function parseWpaSupplicant(text: string, source: string): readonly SavedNetwork[] {
  const bare = text.replaceAll(/^\s*#.*$/gm, '')
  return [...bare.matchAll(/^\s*network=\{([^}]*)\}/gm)].map(([, block = '']) => {
    const values = new Map([...block.matchAll(/^\s*(\w+)=(.*?)\s*$/gm)].map(([, key = '', value = '']) => [key, value]))
    return { ssid: decodeName(values.get('ssid') ?? ''), protection: protectionOf(values), source }
  })
}

/** `wpa_cli status`: what was really agreed on with the access point. Null while it has joined none. */
export function parseWpaStatus(text: string): JoinedNetwork | null {
  const values = new Map(text.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1).trim()]))
  const ssid = values.get('ssid')
  if (values.get('wpa_state') !== 'COMPLETED' || ssid === undefined) return null
  const isTkip = values.get('pairwise_cipher') === 'TKIP'
  const protection = isWep(values.get('pairwise_cipher')) ? 'wep' : agreedOn(values.get('key_mgmt') ?? '')
  return { ssid: unescapeBytes(ssid), protection: protection === 'wpa2' && isTkip ? 'wpa' : protection }
}

/** A network as iwd keeps it: the file's name is the network's, its ending the protection (iwd.network(5)). */
export function parseIwdName(path: string, folder: string): SavedNetwork | null {
  const [, name = '', ending = ''] = /^(.*)\.(open|psk|8021x)$/.exec(path) ?? []
  if (name === '') return null
  const isHex = name.startsWith('=')
  return {
    ssid: isHex ? decodeName(name.slice(1)) : name,
    protection: ending === 'open' ? 'open' : 'wpa2',
    source: `${folder}/${path}`,
  }
}

/** `WPA-PSK` is what both versions are called; the second is the default, the first has to be asked for by `proto`. */
function protectionOf(values: ReadonlyMap<string, string>): Protection {
  const management = (values.get('key_mgmt') ?? 'WPA-PSK').toUpperCase().split(/\s+/)
  if (management.includes('NONE')) return values.has('wep_key0') ? 'wep' : 'open'
  if (management.includes('IEEE8021X')) return 'wep'
  if (management.every((one) => one === 'OWE')) return 'owe'
  if (management.every((one) => /SAE|SUITE-B/.test(one))) return 'wpa3'
  const versions = (values.get('proto') ?? 'RSN').toUpperCase().split(/\s+/)
  return versions.some((version) => version === 'RSN' || version === 'WPA2') ? 'wpa2' : 'wpa'
}

function agreedOn(management: string): Protection | null {
  if (/^NONE/.test(management)) return 'open'
  if (/SAE|SUITE-B/.test(management)) return 'wpa3'
  if (/OWE/.test(management)) return 'owe'
  if (/^WPA2|FT-|SHA256/.test(management)) return 'wpa2'
  if (/^WPA[-/]/.test(management)) return 'wpa'
  return /8021X/.test(management) ? 'wep' : null
}

function isWep(cipher: string | undefined): boolean {
  return cipher?.startsWith('WEP') ?? false
}

/** `"町役場"`, or hexadecimal without quotes. */
function decodeName(text: string): string {
  const quoted = /^P?"(.*)"$/.exec(text)?.[1]
  if (quoted !== undefined) return unescapeBytes(quoted)
  if (!/^([0-9a-f]{2})+$/i.test(text)) return text
  return new TextDecoder().decode(Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))
}

/** wpa_supplicant and iw print every byte off ASCII as `\xe7`. */
export function unescapeBytes(text: string): string {
  if (!/\\x[0-9a-f]{2}/i.test(text)) return text
  const bytes = [...text.matchAll(/\\x([0-9a-f]{2})|([\s\S])/giu)].flatMap(([, hex, plain = '']) =>
    hex === undefined ? [...new TextEncoder().encode(plain)] : [Number.parseInt(hex, 16)],
  )
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
