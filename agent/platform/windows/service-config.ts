/** How the service is meant to be registered; set at installation and again at each start. */
export type ServiceConfig = Readonly<{
  imagePath: string
  startType: number
  account: string
  displayName: string
  description: string
  isDelayed: boolean
  failure: Readonly<{ resetAfterS: number; restartAfterMs: readonly number[] }>
  isRestartedAfterErrors: boolean
  preshutdownMs: number
  sidType: number
  privileges: readonly string[]
}>

/** As it is now. Null: this Windows does not say. */
export type ObservedServiceConfig = Readonly<{ [Item in keyof ServiceConfig]: ServiceConfig[Item] | null }>

export type ConfigDifference = Readonly<{ item: keyof ServiceConfig; wanted: string; came: string }>

export const serviceName = 'Tanmori'
const autoStart = 2
const sidUnrestricted = 1

/**
 * What LocalSystem keeps of its privileges; the others are taken from the service's token at its start
 * ("SERVICE_REQUIRED_PRIVILEGES_INFO"). Why each is needed stands beside it.
 */
const privileges = [
  'SeChangeNotifyPrivilege', // every path of the file system
  'SeBackupPrivilege', // hives of users who are not signed in, files on permitted media
  'SeRestorePrivilege', // the same hives are loaded with it; owners of the agent's folder are put back
  'SeTakeOwnershipPrivilege', // the agent's folder, when somebody took it
  'SeSecurityPrivilege', // the security log and the audit policy are read
  'SeLoadDriverPrivilege', // devices are disabled and enabled
  'SeManageVolumePrivilege', // volumes of a medium that became forbidden are dismounted
  'SeUndockPrivilege', // a medium is asked to leave
  'SeTcbPrivilege', // the token of the person who is signed in, for notices
  'SeAssignPrimaryTokenPrivilege',
  'SeIncreaseQuotaPrivilege',
  'SeImpersonatePrivilege', // WMI providers answer as the caller
  'SeIncreaseWorkingSetPrivilege', // memory is given back between rounds
  'SeDebugPrivilege', // names and executables of running programs
  'SeProfileSingleProcessPrivilege',
] as const

export function wantedServiceConfig(imagePath: string): ServiceConfig {
  return {
    imagePath,
    startType: autoStart,
    account: 'LocalSystem',
    displayName: '端守 Tanmori',
    description:
      '記憶媒体と機器の制御、点検、証跡の記録を行い、この端末を守ります。 Guards this terminal: removable media, devices, checks and their record.',
    isDelayed: true,
    failure: { resetAfterS: 86_400, restartAfterMs: [1_000, 5_000, 60_000] },
    isRestartedAfterErrors: true,
    preshutdownMs: 20_000,
    sidType: sidUnrestricted,
    privileges,
  }
}

/** Quoted, else `C:\Program.exe` would be started before `C:\Program Files\…` (CWE-428). */
export function buildImagePath(program: readonly string[]): string {
  return program.map((part, index) => (index === 0 || /[\s"]/.test(part) ? quoteArgument(part) : part)).join(' ')
}

/** By the rules of CommandLineToArgvW: a backslash counts only before a quotation mark. */
function quoteArgument(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

/** Items that are said and are not as wanted. What cannot be read does not differ: it is told apart by `listUnreadable`. */
export function compareServiceConfig(wanted: ServiceConfig, came: ObservedServiceConfig): readonly ConfigDifference[] {
  return configItems.flatMap((item) => {
    const [left, right] = [normalise(wanted[item]), normalise(came[item])]
    return came[item] === null || left === right ? [] : [{ item, wanted: left, came: right }]
  })
}

export function listUnreadable(came: ObservedServiceConfig): readonly (keyof ServiceConfig)[] {
  return configItems.filter((item) => came[item] === null)
}

export const configItems = [
  'imagePath',
  'startType',
  'account',
  'displayName',
  'description',
  'isDelayed',
  'failure',
  'isRestartedAfterErrors',
  'preshutdownMs',
  'sidType',
  'privileges',
] as const satisfies readonly (keyof ServiceConfig)[]

function normalise(value: ServiceConfig[keyof ServiceConfig] | null): string {
  if (typeof value === 'string') return /^(\.\\|NT AUTHORITY\\)?LocalSystem$/i.test(value) ? 'LocalSystem' : value
  if (isTexts(value)) return JSON.stringify([...value].sort())
  return JSON.stringify(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
