import { entriesOf, explainFailure, isMissing, known, rowsOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Reading, Readings } from './reading.ts'
import { numberIn, type Row, textIn } from './row.ts'
import { windowsNetworkReadings } from './windows-network.ts'
import type { JoinedNetwork, SavedNetwork, Wireless } from './wireless.ts'
import { parseWlanProfile, profileNameOf } from './wlan-profile.ts'
import { joinedByService } from './wlan-service.ts'

const profileFolder = 'C:\\ProgramData\\Microsoft\\Wlansvc\\Profiles\\Interfaces'

/**
 * Words of `netsh wlan` follow the display language; the WLAN service's own answers, its files and CIM do not. The service
 * tells best what is joined; where it keeps that to itself, CIM has the name under which Windows joined it.
 */
export const windowsWirelessReadings = {
  adapters: windowsNetworkReadings.adapters,
  radios: { kind: 'table', table: 'wireless' },
  connections: {
    kind: 'query',
    namespace: 'root\\StandardCimv2',
    query: 'SELECT Name, InterfaceIndex, InterfaceAlias FROM MSFT_NetConnectionProfile',
  },
  profiles: { kind: 'directory', path: profileFolder, depth: 2 },
} as const satisfies Readings

const maxProfiles = 200

export function windowsWirelessMore(raws: Raws): Readings {
  const files = profileFiles(raws)
  return Object.fromEntries(files.map((path): [string, Reading] => [path, { kind: 'file', path, maxBytes: 65_536 }]))
}

export function parseWindowsWireless(raws: Raws): Parsed<Wireless> {
  const adapters = rowsOf(raws, 'adapters')
  if (adapters === null) return unreadable(explainFailure(raws, 'adapters'))
  const radios = adapters.filter(isRadio)
  const isFolderLost = entriesOf(raws, 'profiles') === null && !isMissing(raws, 'profiles')
  const lost = profileFiles(raws).filter((path) => textOf(raws, path) === null)
  const joined = joinedByService(rowsOf(raws, 'radios')) ?? joinedOf(raws, radios)
  return known({
    hasAdapter: radios.length > 0,
    joined: joined ?? [],
    saved: savedOf(raws),
    joinedGaps: joined === null ? [explainFailure(raws, 'connections')] : [],
    savedGaps: [
      ...(isFolderLost ? [explainFailure(raws, 'profiles')] : []),
      ...lost.map((path) => explainFailure(raws, path)),
    ],
  })
}

/** `NdisPhysicalMedium` 9 (native 802.11) or 1 (older drivers), or interface type 71 of IANA. */
function isRadio(row: Row): boolean {
  const medium = numberIn(row, 'NdisPhysicalMedium')
  return medium === 9 || medium === 1 || numberIn(row, 'InterfaceType') === 71
}

/** The folder of each adapter holds a file per network: `{GUID}\{GUID}.xml`. */
function profileFiles(raws: Raws): readonly string[] {
  return (entriesOf(raws, 'profiles') ?? [])
    .filter(({ path, type }) => type === 'file' && /^[^/]+\/[^/]+\.xml$/i.test(path))
    .map(({ path }) => `${profileFolder}\\${path.replaceAll('/', '\\')}`)
    .slice(0, maxProfiles)
}

function savedOf(raws: Raws): readonly SavedNetwork[] {
  return profileFiles(raws).flatMap((path) => parseWlanProfile(textOf(raws, path) ?? '', path) ?? [])
}

/** Windows calls a connection by its profile's name; a second network of that name is `町役場 2`. */
function joinedOf(raws: Raws, radios: readonly Row[]): readonly JoinedNetwork[] | null {
  const connections = rowsOf(raws, 'connections')
  if (connections === null) return radios.length === 0 ? [] : null
  const indexes = radios.map((row) => numberIn(row, 'InterfaceIndex'))
  return connections
    .filter((row) => indexes.includes(numberIn(row, 'InterfaceIndex')))
    .map((row) => networkNamed(raws, textIn(row, 'Name') ?? ''))
}

function networkNamed(raws: Raws, name: string): JoinedNetwork {
  const plain = name.replace(/ \d+$/, '')
  const texts = profileFiles(raws).map((path) => ({ path, text: textOf(raws, path) ?? '' }))
  const found =
    texts.find(({ text }) => profileNameOf(text) === name) ?? texts.find(({ text }) => profileNameOf(text) === plain)
  const profile = found === undefined ? null : parseWlanProfile(found.text, found.path)
  return profile === null ? { ssid: name, protection: null } : { ssid: profile.ssid, protection: profile.protection }
}
