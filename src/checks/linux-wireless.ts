import { parseConnectionProfile, parseNmcliWifi } from './network-manager.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Reading, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import type { JoinedNetwork, SavedNetwork, Wireless } from './wireless.ts'
import { parseIwdName, parseWpaStatus, parseWpaSupplicant, unescapeBytes } from './wpa-supplicant.ts'

const iwdFolder = '/var/lib/iwd'
const profileFolders = {
  nmSaved: '/etc/NetworkManager/system-connections',
  nmRunning: '/run/NetworkManager/system-connections',
  wpa: '/etc/wpa_supplicant',
} as const
const folderNames = ['nmSaved', 'nmRunning', 'wpa'] as const

/** Each 802.11 radio has an entry in `ieee80211`; without cfg80211 in the kernel the folder does not exist. */
export const linuxWirelessReadings = {
  radios: { kind: 'directory', path: '/sys/class/ieee80211', depth: 1 },
  iwd: { kind: 'directory', path: iwdFolder, depth: 1 },
  nmSaved: { kind: 'directory', path: profileFolders.nmSaved, depth: 1 },
  nmRunning: { kind: 'directory', path: profileFolders.nmRunning, depth: 1 },
  wpa: { kind: 'directory', path: profileFolders.wpa, depth: 1 },
} as const satisfies Readings

const maxProfiles = 200

/** What is joined now is asked only of a terminal that has a radio. */
export function linuxWirelessMore(raws: Raws): Readings {
  const files = profileFiles(raws).map((path): [string, Reading] => [path, { kind: 'file', path, maxBytes: 65_536 }])
  const asked = hasRadio(raws) ? joinedReadings : {}
  return { ...Object.fromEntries(files), ...asked }
}

const joinedReadings = {
  iw: { kind: 'command', program: 'iw', args: ['dev'] },
  nmcli: {
    kind: 'command',
    program: 'nmcli',
    args: ['--terse', '--fields', 'ACTIVE,SSID,SECURITY', 'device', 'wifi', 'list', '--rescan', 'no'],
  },
  wpaStatus: { kind: 'command', program: 'wpa_cli', args: ['status'] },
} as const satisfies Readings

export function parseLinuxWireless(raws: Raws): Parsed<Wireless> {
  if (entriesOf(raws, 'radios') === null && !isMissing(raws, 'radios'))
    return unreadable(explainFailure(raws, 'radios'))
  const hasAdapter = hasRadio(raws)
  const saved = profileFiles(raws).flatMap((path) => savedIn(textOf(raws, path), path))
  const iwd = (entriesOf(raws, 'iwd') ?? []).flatMap(({ path }) => parseIwdName(path, iwdFolder) ?? [])
  return known({
    hasAdapter,
    joined: hasAdapter ? joinedOf(raws) : [],
    saved: [...saved, ...iwd],
    joinedGaps: hasAdapter ? joinedGaps(raws) : [],
    savedGaps: [...folderGaps(raws), ...fileGaps(raws)],
  })
}

function hasRadio(raws: Raws): boolean {
  return (entriesOf(raws, 'radios') ?? []).length > 0
}

function profileFiles(raws: Raws): readonly string[] {
  return folderNames
    .flatMap((name) => (entriesOf(raws, name) ?? []).map(({ path, type }) => ({ name, path, type })))
    .filter(({ name, path, type }) => type === 'file' && (name !== 'wpa' || path.endsWith('.conf')))
    .map(({ name, path }) => `${profileFolders[name]}/${path}`)
    .slice(0, maxProfiles)
}

function savedIn(text: string | null, path: string): readonly SavedNetwork[] {
  if (text === null) return []
  if (path.startsWith(profileFolders.wpa)) return parseWpaSupplicant(text, path)
  const profile = parseConnectionProfile(text, path)
  return profile === null ? [] : [profile]
}

/** What wpa_supplicant agreed on counts before what NetworkManager sees offered, before the bare name that iw tells. */
function joinedOf(raws: Raws): readonly JoinedNetwork[] {
  const agreed = parseWpaStatus(outputOf(raws, 'wpaStatus') ?? '')
  const offered = parseNmcliWifi(outputOf(raws, 'nmcli') ?? '')
  const names = [...(outputOf(raws, 'iw') ?? '').matchAll(/^\s*ssid (.*)$/gm)].map(([, ssid = '']) =>
    unescapeBytes(ssid),
  )
  const all = [...(agreed === null ? [] : [agreed]), ...offered, ...names.map((ssid) => ({ ssid, protection: null }))]
  return [...new Map(all.toReversed().map((network) => [network.ssid, network])).values()]
}

function joinedGaps(raws: Raws): readonly Sentence[] {
  const canTell = ['iw', 'nmcli', 'wpaStatus'].some((name) => outputOf(raws, name) !== null)
  if (canTell) return []
  return [
    {
      ja: '接続中の無線LANを確認できません（iw、nmcli、wpa_cli のいずれも使えません）',
      en: 'the wireless network in use cannot be told: none of iw, nmcli and wpa_cli works',
    },
  ]
}

function folderGaps(raws: Raws): readonly Sentence[] {
  return [...folderNames, 'iwd' as const]
    .filter((name) => entriesOf(raws, name) === null && !isMissing(raws, name))
    .map((name) => explainFailure(raws, name))
}

function fileGaps(raws: Raws): readonly Sentence[] {
  return profileFiles(raws)
    .filter((path) => textOf(raws, path) === null && !isMissing(raws, path))
    .map((path) => explainFailure(raws, path))
}
