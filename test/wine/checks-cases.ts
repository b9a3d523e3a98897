import { z } from 'zod'

const caseSchema = z.strictObject({
  /** A sentence. */
  name: z.string(),
  control: z.string(),
  /** Lines of a .reg file that is imported before; `[-KEY]` takes a key away. */
  registry: z.array(z.string()).default([]),
  /** Programs that are run before the import. */
  run: z.array(z.array(z.string())).default([]),
  sections: z.record(z.string(), z.unknown()).default({}),
  previous: z.unknown().optional(),
})
export const casesSchema = z.array(caseSchema)
export type CheckCase = z.input<typeof caseSchema>

export const judgedSchema = z.strictObject({
  name: z.string(),
  outcome: z.string(),
  reason: z.strictObject({ ja: z.string(), en: z.string() }),
  items: z.array(z.string()),
  facts: z.unknown(),
  failures: z.array(z.string()),
})
export type JudgedCase = z.infer<typeof judgedSchema>

type Expected = CheckCase & Readonly<{ outcome: string; reason: RegExp; facts?: object }>

const software = 'HKEY_LOCAL_MACHINE\\SOFTWARE'
const systemPolicies = `${software}\\Microsoft\\Windows\\CurrentVersion\\Policies\\System`
const winlogon = `${software}\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon`
const services = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services'
const firewall = `${services}\\SharedAccess\\Parameters\\FirewallPolicy`
const firewallGroup = `${software}\\Policies\\Microsoft\\WindowsFirewall`
const currentVersion = `${software}\\Microsoft\\Windows NT\\CurrentVersion`
const updates = `${software}\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired`
const time = `${services}\\W32Time\\Parameters`
const uninstall = `${software}\\Microsoft\\Windows\\CurrentVersion\\Uninstall`
const uninstall32 = `${software}\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall`
/** Who is signed in to Wine, always. */
const person = 'HKEY_USERS\\S-1-5-21-0-0-0-1000'
const desktopPolicy = `${person}\\Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop`
const desktop = `${person}\\Control Panel\\Desktop`
const explorer = `${software}\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer`
const terminalServer = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server'
const secureBoot = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State'

const settingsOnly = (settings: object) => ({
  settings: { diskEncryption: false, secureBoot: false, autorun: 'any', remoteDesktop: 'any', ...settings },
})
const firewallState = (domain: number, standard: number, open: number) => [
  `[${firewall}\\DomainProfile]`,
  `"EnableFirewall"=dword:${domain}`,
  `[${firewall}\\StandardProfile]`,
  `"EnableFirewall"=dword:${standard}`,
  `[${firewall}\\PublicProfile]`,
  `"EnableFirewall"=dword:${open}`,
]
const firewallOnly = { network: { firewall: true, isolation: { judged: false } } }
const ownSaver = [`[${desktop}]`, '"ScreenSaveActive"="1"', '"ScreenSaverIsSecure"="1"', '"ScreenSaveTimeOut"="300"']
/** 131 characters, as makers of administrative systems name their parts; with characters outside of Shift_JIS. */
export const longName = `住民情報システム 端末用クライアント（髙橋・﨑山・𠮷田町 共同利用版）${'基幹業務連携オプション'.repeat(8)} 第2版`

export const expectedCases: readonly Expected[] = [
  {
    name: 'the machine locks within ten minutes',
    control: 'cfg.screen-lock',
    registry: [`[${systemPolicies}]`, '"InactivityTimeoutSecs"=dword:00000258'],
    outcome: 'pass',
    reason: /locks within 10 minutes/,
  },
  {
    name: 'the machine locks only after an hour',
    control: 'cfg.screen-lock',
    registry: [`[${systemPolicies}]`, '"InactivityTimeoutSecs"=dword:00000e10'],
    outcome: 'fail',
    reason: /only after 60 minutes/,
  },
  {
    name: 'no limit, and a screen saver that the person could take away',
    control: 'cfg.screen-lock',
    registry: [`[${systemPolicies}]`, '"InactivityTimeoutSecs"=-', ...ownSaver],
    outcome: 'fail',
    reason: /users can switch the lock/,
  },
  {
    name: 'the same screen saver, forced by the person’s policy',
    control: 'cfg.screen-lock',
    registry: [`[${desktopPolicy}]`, ...ownSaver.slice(1)],
    outcome: 'pass',
    reason: /locks within 5 minutes/,
  },
  {
    name: 'nobody has set anything',
    control: 'cfg.screen-lock',
    registry: [`[-${desktopPolicy}]`, `[${desktop}]`, '"ScreenSaveActive"="0"'],
    outcome: 'fail',
    reason: /never locks by itself/,
  },
  {
    name: 'somebody is signed in automatically, in Japanese',
    control: 'cfg.no-stored-password',
    registry: [`[${winlogon}]`, '"AutoAdminLogon"="1"', '"DefaultUserName"="住民課 窓口"', '"DefaultPassword"="x"'],
    outcome: 'fail',
    reason: /住民課 窓口/,
  },
  {
    name: 'nobody is signed in automatically',
    control: 'cfg.no-stored-password',
    registry: [`[${winlogon}]`, '"AutoAdminLogon"="0"', '"DefaultPassword"=-'],
    outcome: 'pass',
    reason: /nobody is signed in automatically/,
  },
  {
    name: 'the key of signing in is not there',
    control: 'cfg.no-stored-password',
    registry: [`[-${winlogon}]`],
    outcome: 'unknown',
    reason: /winlogon: not found/,
  },
  {
    name: 'the firewall’s service does not run',
    control: 'net.isolation',
    run: [['sc.exe', 'create', 'mpssvc', 'binPath=', 'C:\\windows\\system32\\plugplay.exe', 'start=', 'demand']],
    registry: firewallState(1, 1, 1),
    sections: firewallOnly,
    outcome: 'fail',
    reason: /firewall is off.*mpssvc/,
  },
  {
    name: 'the firewall is on in all three profiles',
    control: 'net.isolation',
    run: [['sc.exe', 'start', 'mpssvc']],
    sections: firewallOnly,
    outcome: 'not asked',
    reason: /^$/,
    facts: { firewall: { state: 'on' } },
  },
  {
    name: 'the public profile is off',
    control: 'net.isolation',
    registry: firewallState(1, 1, 0),
    sections: firewallOnly,
    outcome: 'fail',
    reason: /PublicProfile/,
  },
  {
    name: 'the group policy switches it on again, and the private profile off',
    control: 'net.isolation',
    registry: [
      `[${firewallGroup}\\PublicProfile]`,
      '"EnableFirewall"=dword:1',
      `[${firewallGroup}\\PrivateProfile]`,
      '"EnableFirewall"=dword:0',
    ],
    sections: firewallOnly,
    outcome: 'fail',
    reason: /StandardProfile/,
  },
  {
    name: 'the firewall has no settings at all',
    control: 'net.isolation',
    registry: [`[-${firewall}]`, `[-${firewallGroup}]`],
    sections: firewallOnly,
    outcome: 'unknown',
    reason: /firewallLocal: not found/,
  },
  {
    name: 'autorun, remote desktop and secure boot as they should be',
    control: 'cfg.security-settings',
    registry: [
      `[${explorer}]`,
      '"NoDriveTypeAutoRun"=dword:000000ff',
      `[${terminalServer}]`,
      '"fDenyTSConnections"=dword:1',
      `[${secureBoot}]`,
      '"UEFISecureBootEnabled"=dword:1',
    ],
    sections: settingsOnly({ secureBoot: true, autorun: 'off', remoteDesktop: 'off' }),
    outcome: 'pass',
    reason: /all 3 settings/,
  },
  {
    name: 'the policy lets remote desktop in, against the setting',
    control: 'cfg.security-settings',
    registry: [`[${software}\\Policies\\Microsoft\\Windows NT\\Terminal Services]`, '"fDenyTSConnections"=dword:0'],
    sections: settingsOnly({ remoteDesktop: 'off' }),
    outcome: 'fail',
    reason: /remote desktop connections are taken/,
  },
  {
    name: 'a declared value of several lines and one of 64 bits',
    control: 'cfg.security-settings',
    registry: [`[${software}\\役場]`, '"設定値"="外字\ue000あり"', '"大きな数"=hex(b):ff,ff,ff,ff,ff,ff,ff,7f'],
    sections: settingsOnly({
      declared: [
        {
          kind: 'registry',
          id: 'a',
          label: '設定値',
          key: 'HKLM\\SOFTWARE\\役場',
          name: '設定値',
          value: '外字\ue000あり',
        },
        {
          kind: 'registry',
          id: 'b',
          label: '数',
          key: 'HKLM\\SOFTWARE\\役場',
          name: '大きな数',
          value: '9223372036854775807',
        },
      ],
    }),
    outcome: 'pass',
    reason: /all 2 settings/,
  },
  {
    name: 'a smart card is required',
    control: 'auth.mfa',
    registry: [`[${systemPolicies}]`, '"scforceoption"=dword:1'],
    sections: { accounts: { mfa: 'required' } },
    outcome: 'pass',
    reason: /second factor|two factors/,
  },
  {
    name: 'Windows 11 24H2 Enterprise is supported',
    control: 'sw.unsupported',
    registry: [
      `[${currentVersion}]`,
      '"CurrentBuild"="26100"',
      '"UBR"=dword:000007f1',
      '"EditionID"="Enterprise"',
      '"InstallationType"="Client"',
      '"ProductName"="Windows 10 Enterprise"',
      '"DisplayVersion"="24H2"',
    ],
    outcome: 'pass',
    reason: /Windows 11 Enterprise 24H2/,
  },
  {
    name: 'Windows 10 22H2 Pro is not, a year later',
    control: 'sw.unsupported',
    registry: [
      `[${currentVersion}]`,
      '"CurrentBuild"="19045"',
      '"EditionID"="Professional"',
      '"ProductName"="Windows 10 Pro"',
      '"DisplayVersion"="22H2"',
    ],
    outcome: 'fail',
    reason: /Windows 10 Pro/,
  },
  {
    name: 'a restart has been owed for three weeks',
    control: 'sw.patch',
    registry: [`[${updates}]`],
    previous: {
      kind: 'windows',
      build: '19045.1',
      installedAt: null,
      needsReboot: true,
      rebootSince: '2026-10-31T00:00:00.000Z',
    },
    outcome: 'fail',
    reason: /restart/,
  },
  {
    name: 'no restart is owed, and nothing tells when it was updated',
    control: 'sw.patch',
    registry: [`[-${updates}]`],
    outcome: 'unknown',
    reason: /Build 19045\.2033: the day of the last update cannot be read/,
  },
  {
    name: 'time is not synchronised at all',
    control: 'cfg.time-sync',
    registry: [`[${time}]`, '"Type"="NoSync"'],
    outcome: 'fail',
    reason: /no time service/,
  },
  {
    name: 'the group policy has it synchronise; nothing can be measured',
    control: 'cfg.time-sync',
    registry: [
      `[${software}\\Policies\\Microsoft\\W32Time\\Parameters]`,
      '"Type"="NTP"',
      '"NtpServer"="ntp.town.example,0x9"',
    ],
    outcome: 'unknown',
    reason: /W32Time/,
  },
  {
    name: 'programs of the machine, of 32 bits and of a person, by long Japanese names',
    control: 'sw.allowlist',
    registry: [
      `[${uninstall}\\{0B5A3F1E-0000-4C00-8000-000000000001}]`,
      `"DisplayName"="${longName}"`,
      '"DisplayVersion"="2.10.0"',
      '"Publisher"="株式会社　全角スペース"',
      `[${uninstall}\\KB5046633]`,
      '"DisplayName"="Security Update"',
      '"ReleaseType"="Security Update"',
      `[${uninstall}\\hidden]`,
      '"DisplayName"="部品"',
      '"SystemComponent"=dword:1',
      `[${uninstall32}\\old]`,
      '"DisplayName"="一太郎ビューア"',
      `[${person}\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\game]`,
      '"DisplayName"="持込みゲーム"',
    ],
    sections: { software: { denied: [{ name: '持込みゲーム' }], watchedFolders: [] } },
    outcome: 'fail',
    reason: /持込みゲーム/,
  },
  {
    name: 'a service that the policy denies starts by itself',
    control: 'sw.services',
    run: [['sc.exe', 'create', 'TlntSvr', 'binPath=', 'C:\\windows\\system32\\plugplay.exe', 'start=', 'auto']],
    outcome: 'fail',
    reason: /TlntSvr/,
  },
  {
    name: 'it is taken away',
    control: 'sw.services',
    run: [['sc.exe', 'delete', 'TlntSvr']],
    outcome: 'pass',
    reason: /No service runs that the policy denies/,
  },
  {
    name: 'Wine has no antivirus to tell of',
    control: 'av.resident',
    outcome: 'unknown',
    reason: /no such WMI namespace.*no service of a known product/,
  },
  {
    name: 'a known product’s service runs: whether it scans what is opened is not told',
    control: 'av.resident',
    run: [
      ['sc.exe', 'create', 'ds_agent', 'binPath=', 'C:\\windows\\system32\\plugplay.exe', 'start=', 'demand'],
      ['sc.exe', 'start', 'ds_agent'],
    ],
    outcome: 'unknown',
    reason: /The state of Trend Micro Deep Security/,
  },
]
