import type { Sentence } from './result.ts'

/**
 * What a check wants read, as data: reviewed here, never carried by a policy. `{…}` is not expanded and no shell is ever
 * involved. Limits (time, bytes, entries) are the runner's; a reading may only ask for less.
 */
export type Reading =
  /** A program by its absolute path or by its name in the system's own folders; standard output and exit code. */
  | Readonly<{ kind: 'command'; program: string; args: readonly string[]; timeoutSeconds?: number }>
  /** `text` decodes with a byte-order mark, else UTF-8, else (where it is not valid UTF-8) code page 932. */
  | Readonly<{ kind: 'file'; path: string; as?: 'text' | 'base64' | 'sha256' | 'state'; maxBytes?: number }>
  /**
   * What lies below a folder: at `depth` 1, which is meant where it is left out, its own entries. `digest`: SHA-256 of
   * every file that can be run. Links are told, not followed; another file system below is not entered.
   */
  | Readonly<{ kind: 'directory'; path: string; depth?: number; digest?: boolean; only?: 'executables' }>
  /** `HKLM\…` or `HKU\…`; `depth` 0: the key's own values. `view` 32: what 32-bit programs see. */
  | Readonly<{ kind: 'registry'; key: string; depth?: number; view?: 32 | 64 }>
  /** WMI/CIM: `root\CIMV2`, `SELECT … FROM …`. */
  | Readonly<{ kind: 'query'; namespace: string; query: string }>
  /** What a Windows function tells, as rows (see `windowsTables`): comes back as `query` does, null where nothing is told. May ask for more time. */
  | Readonly<{ kind: 'table'; table: WindowsTable; timeoutSeconds?: number }>
  /** `systeminformation`, for inventory that changes slowly. */
  | Readonly<{ kind: 'system'; call: SystemCall }>
  /** What the agent itself knows: see `agentFacts` of the engine. */
  | Readonly<{ kind: 'agent'; about: AgentFact }>

/** Numbers are those of the headers; texts are never translated unless they are names that somebody gave. */
export const windowsTables = [
  'tcp', // GetExtendedTcpTable, both families: columns as MSFT_NetTCPConnection, and ProcessName
  'udp', // GetExtendedUdpTable: columns as MSFT_NetUDPEndpoint, and ProcessName
  'interfaces', // GetIfTable2: columns as MSFT_NetAdapter
  'routes', // GetIpForwardTable2: columns as MSFT_NetRoute
  'neighbours', // GetIpNetTable2: columns as MSFT_NetNeighbor
  'name-servers', // GetAdaptersAddresses: columns as MSFT_DNSClientServerAddress
  'wireless', // WlanEnumInterfaces, WlanQueryInterface: {InterfaceGuid, State, Ssid, AuthAlgorithm, CipherAlgorithm}
  'firewall-profiles', // INetFwPolicy2: {Profile, Enabled, RefusesInbound}
  'security-providers', // WscGetSecurityProviderHealth: {Provider, Health}
  'missing-updates', // Windows Update Agent, searched in what it knows already: minutes
  'sign-in-rules', // NetUserModalsGet: {MinPasswordLength, LockoutThreshold}
  'local-users', // NetUserEnum: {Name, RelativeId, Flags, LastLogon, PasswordAgeSeconds}
  'administrators', // NetLocalGroupGetMembers of S-1-5-32-544: {Sid, Use, Computer, Name}
  'audit-policy', // AuditQuerySystemPolicy: {Subcategory, Setting}
] as const
export type WindowsTable = (typeof windowsTables)[number]

export const systemCalls = [
  'system',
  'bios',
  'baseboard',
  'chassis',
  'cpu',
  'memLayout',
  'diskLayout',
  'graphics',
  'networkInterfaces',
  'battery',
] as const
export type SystemCall = (typeof systemCalls)[number]

export const agentFacts = [
  'sensors', // SensorStatus[]
  'devices', // PluggedDevice[]
  'default-deny', // {state, detail, mode}: of the guard's default deny
  'journal', // JournalState: size, oldest, retention, unsent, last verification
  'uplink', // {isConfigured, isConnected, since, lastAckAt, pending} or null
  'policy', // {id, version, digest, appliedAt, expires, signers} or null
  'integrity', // {files: [{path, sha256, expected, changedAt}], ...}: the agent's own executable, unit and policy files
  'media-events', // kinds and counts of media events of the last 30 days, carried files, bypasses
  'quarantine', // {state, since, orderId, reason}
  'import-scan', // {engine, lastAt, scanned, infected, failed}
] as const
export type AgentFact = (typeof agentFacts)[number]

export type Readings = Readonly<Record<string, Reading>>

export const failureReasons = ['missing', 'denied', 'timeout', 'too-large', 'unsupported', 'failed'] as const
export type FailureReason = (typeof failureReasons)[number]

export type DirectoryEntry = Readonly<{
  /** Relative to the folder that was asked for, `/` between parts. */
  path: string
  type: 'file' | 'directory' | 'link' | 'other'
  size: number
  modifiedAt: string
  /** Permission bits (Linux), 0 on Windows. */
  mode: number
  uid: number
  sha256?: string
}>
export type RegistryKey = Readonly<{
  path: string
  values: Readonly<Record<string, string | number | readonly string[]>>
}>

/** What came of a reading. `failed` carries why; a check says `unknown` then, or goes on with what it has. */
export type Raw =
  | Readonly<{ kind: 'command'; stdout: string; stderr: string; code: number }>
  | Readonly<{ kind: 'file'; text: string; size: number; modifiedAt: string; mode: number; uid: number }>
  /** `isTruncated`: not all was seen, because there is too much of it or a folder below may not be read. */
  | Readonly<{ kind: 'directory'; entries: readonly DirectoryEntry[]; isTruncated: boolean }>
  | Readonly<{ kind: 'registry'; keys: readonly RegistryKey[] }>
  | Readonly<{ kind: 'query'; rows: readonly Readonly<Record<string, unknown>>[] }>
  | Readonly<{ kind: 'system'; value: unknown }>
  | Readonly<{ kind: 'agent'; value: unknown }>
  | Readonly<{ kind: 'failed'; reason: FailureReason; detail: string }>
export type Raws = Readonly<Record<string, Raw>>

/** Facts, or why there are none. */
export type Parsed<Facts> = Readonly<{ ok: true; facts: Facts }> | Readonly<{ ok: false; reason: Sentence }>
