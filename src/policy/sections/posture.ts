import { z } from 'zod'
import { byZone, clauses, name, names } from './fields.ts'

const days = z.int().min(0).max(3650)
const mac = z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'a MAC address in lower case, as 00:1a:2b:3c:4d:5e')

/** 不正プログラム対策 */
export const antivirus = z.strictObject({
  clauses,
  required: z.boolean().default(true),
  /** Product names that count; empty: any. */
  products: names,
  realTime: z.boolean().default(true),
  /** Age of the patterns, against the newest that the zone's own source offers. */
  definitionsMaxAgeDays: byZone(days).default({ default: 3, internet: 1 }),
  fullScanMaxAgeDays: byZone(days).default(30),
  /** Where this zone's patterns come from, as a folder that the terminal can read; empty: only their age counts. */
  definitionsFolder: z.string().max(500).default(''),
  /** The lowest engine version that counts, by product. */
  minimumEngines: z
    .array(z.strictObject({ product: name, version: z.string().min(1).max(64) }))
    .max(50)
    .default([]),
  /** A detection stays a finding for this long after its file is gone; as long as the file is there in any case. */
  detectionOpenDays: days.default(7),
  /** Only an administrator may switch it off or change it. */
  settingsLocked: z.boolean().default(true),
})

/** 修正プログラム: judged by build and the age of what is missing, never by lists of KB numbers. */
export const patches = z.strictObject({
  clauses,
  maxAgeDays: byZone(days).default({ default: 60, internet: 30 }),
  rebootPendingMaxDays: byZone(days).default(7),
  /** Warns this long before a system's support ends; afterwards it fails. */
  endOfSupportWarnDays: days.default(180),
})

/** All that is given must fit. `name` and `path` may hold `*`; a program outside the package manager has no name. */
const softwareMatch = z
  .strictObject({
    name: name.optional(),
    publisher: name.optional(),
    path: z.string().min(1).max(500).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
      .optional(),
    /** The lowest and highest version meant, both included. */
    from: z.string().max(64).optional(),
    to: z.string().max(64).optional(),
  })
  .refine(({ name, path, sha256, publisher }) => [name, path, sha256, publisher].some((one) => one !== undefined), {
    message: 'a name, publisher, path or sha256: without one, everything would fit',
  })
export type SoftwareMatch = z.infer<typeof softwareMatch>

/** ライセンス管理簿: on which terminals a product may be installed, and on how many. */
const licence = z.strictObject({
  id: name,
  match: softwareMatch,
  seats: z.int().min(0).max(1_000_000),
  /** Terminal ids it is assigned to; empty: any. */
  terminals: names,
})

/** ソフトウェア */
export const software = z.strictObject({
  clauses,
  /** `deny-listed`: all but `denied` may be there; `allow-listed`: only `allowed` and `required`. */
  rule: z.enum(['deny-listed', 'allow-listed']).default('deny-listed'),
  allowed: z.array(softwareMatch).max(5000).default([]),
  denied: z.array(softwareMatch).max(5000).default([]),
  required: z.array(softwareMatch).max(500).default([]),
  endOfSupportWarnDays: days.default(180),
  /** Folders outside the package manager where a program must not appear; `~` stands for every user's home. */
  watchedFolders: z
    .array(z.string().min(1).max(500))
    .max(50)
    .default(['/usr/local/bin', '/usr/local/sbin', '/opt', '~', 'C:\\Users\\*\\Downloads', 'C:\\ProgramData']),
  licences: z.array(licence).max(2000).default([]),
  /** Services that must not run; `*` for any end of a name. */
  deniedServices: z
    .array(name)
    .max(500)
    .default(['telnet*', 'rsh*', 'rlogin*', 'tftpd*', 'vsftpd', 'TlntSvr', 'RemoteRegistry']),
})

/** ネットワーク */
export const network = z.strictObject({
  clauses,
  firewall: z.boolean().default(true),
  wireless: z.enum(['block', 'listed', 'allow']).default('block'),
  /** Names of the wireless networks for `listed`. */
  ssids: z.array(z.string().min(1).max(32)).max(500).default([]),
  /** One network at a time: a terminal never joins two zones. */
  singleNetwork: z.boolean().default(true),
  /** TCP and UDP ports that may listen to other machines; empty: not judged. */
  listeningPorts: z.array(z.int().min(1).max(65535)).max(500).default([]),
  /** Adapters that may be up, by MAC address; empty: any. */
  adapters: z.array(mac).max(5000).default([]),
  /** Default gateways, by IP or MAC address; empty: one, whichever. */
  gateways: z
    .array(z.union([mac, z.ipv4(), z.ipv6()]))
    .max(500)
    .default([]),
  /** 必要な通信だけに限る: with `enforced`, whatever a `mynumber` terminal reaches must be one of `permitted`. */
  isolation: z
    .strictObject({
      judged: z.boolean().default(false),
      permitted: z
        .array(
          z.strictObject({
            label: name,
            /** `10.1.2.0/24`, `10.1.2.3`, IPv6 alike. */
            to: z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]),
            mac: mac.optional(),
            protocol: z.enum(['any', 'tcp', 'udp']).default('any'),
            /** Empty: every port. */
            ports: z.array(z.int().min(1).max(65535)).max(100).default([]),
          }),
        )
        .max(1000)
        .default([]),
    })
    .prefault({}),
  wifiEncryption: z.enum(['any', 'wpa2', 'wpa3']).default('wpa2'),
  /** 端末からの内部攻撃の兆候 */
  internalAttack: z
    .strictObject({
      maxPeers: z.int().min(1).max(100_000).default(200),
      /** Connections being tried at once that nothing has answered: a search through the network looks like that. */
      maxUnanswered: z.int().min(1).max(100_000).default(30),
      maxFailedSignInsPerHour: z.int().min(1).max(100_000).default(30),
    })
    .prefault({}),
})

/** One setting that must be so. A file's line is meant with `key` and `value`, its whole content with `sha256`. */
export const declaredSetting = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    id: name,
    label: name,
    path: z.string().max(500),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({
    kind: z.literal('line'),
    id: name,
    label: name,
    path: z.string().max(500),
    /** `PermitRootLogin no`, `PASS_MAX_DAYS=99999`: the last line that begins with the key counts. */
    key: name,
    value: z.string().max(500),
  }),
  z.strictObject({ kind: z.literal('absent'), id: name, label: name, path: z.string().max(500) }),
  z.strictObject({
    kind: z.literal('kernel'),
    id: name,
    label: name,
    key: z.string().regex(/^[a-z0-9_.-]+$/),
    value: z.string().max(200),
  }),
  z.strictObject({
    kind: z.literal('registry'),
    id: name,
    label: name,
    key: z.string().regex(/^HK(LM|U)\\/, 'a key below HKLM or HKU'),
    name: z.string().max(200),
    value: z.union([z.string().max(500), z.int()]),
  }),
])
export type DeclaredSetting = z.infer<typeof declaredSetting>

/** 端末の設定 */
export const settings = z.strictObject({
  clauses,
  diskEncryption: z.boolean().default(true),
  secureBoot: z.boolean().default(true),
  screenLockMaxMinutes: byZone(z.int().min(1).max(120)).default(10),
  autorun: z.enum(['off', 'any']).default('off'),
  remoteDesktop: z.enum(['off', 'any']).default('off'),
  /** Time servers that may be followed; empty: any. */
  timeServers: names,
  timeMaxOffsetSeconds: z.int().min(1).max(86_400).default(60),
  /** 管理する設定項目: what must be so, watched. */
  declared: z.array(declaredSetting).max(500).default([]),
})

/** 利用者・権限 */
export const accounts = z.strictObject({
  clauses,
  /** Sign-in names that may hold administrator rights; empty: not judged. */
  administrators: names,
  guest: z.enum(['off', 'any']).default('off'),
  automaticSignIn: z.enum(['off', 'any']).default('off'),
  passwordMinLength: z.int().min(0).max(128).default(10),
  lockAfterFailures: z.int().min(0).max(100).default(10),
  unusedMaxDays: days.default(90),
  /** Passwords that never expire; `off`: none may. */
  neverExpiring: z.enum(['off', 'any']).default('any'),
  /** Sign-in names that need no second look: service accounts, emergency accounts. */
  exempt: names,
  /** 多要素認証 for signing in to the terminal. */
  mfa: z.enum(['off', 'required']).default('off'),
})
