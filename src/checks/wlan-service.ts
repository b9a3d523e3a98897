import { flagIn, numberIn, type Row, textIn } from './row.ts'
import type { JoinedNetwork, Protection } from './wireless.ts'

/** What the WLAN service says is joined. Null where it was not asked, or does not tell of one of its radios. */
export function joinedByService(radios: readonly Row[] | null): readonly JoinedNetwork[] | null {
  const joined = radios?.filter((row) => flagIn(row, 'IsConnected') === true)
  if (joined === undefined || joined.some((row) => numberIn(row, 'Error') !== 0)) return null
  return joined.map((row) => ({ ssid: textIn(row, 'Ssid') ?? '', protection: protectionOf(row) }))
}

/** DOT11_AUTH_ALGORITHM (wlantypes.h). */
const byAlgorithm: Readonly<Record<number, Protection>> = {
  1: 'open',
  2: 'wep', // shared key
  3: 'wpa',
  4: 'wpa', // with a common key
  6: 'wpa2',
  7: 'wpa2', // with a common key
  8: 'wpa3', // 192 bit
  9: 'wpa3', // SAE
  10: 'owe',
  11: 'wpa3', // enterprise
}
/** DOT11_CIPHER_ALGORITHM: WEP of 40 and 104 bits and of any; TKIP. */
const wep: readonly number[] = [1, 5, 0x101]
const tkip = 2

function protectionOf(row: Row): Protection | null {
  const cipher = numberIn(row, 'CipherAlgorithm') ?? -1
  if (wep.includes(cipher)) return 'wep'
  const protection = byAlgorithm[numberIn(row, 'AuthAlgorithm') ?? 0] ?? null
  return protection === 'wpa2' && cipher === tkip ? 'wpa' : protection
}
