import type { SystemReading } from '../../agent/platform/platform.ts'
import { checks } from '../../src/checks/index.ts'
import type { Raw, Raws, Readings } from '../../src/checks/reading.ts'
import { builtInPolicy } from '../../src/policy/built-in.ts'
import { readFixture, readRaws } from '../checks/one-check.ts'

/** Its package manager, services, antivirus and clock: by the program and its first arguments. */
const commands: readonly (readonly [start: string, stdout: string])[] = [
  ['ps -e', ['systemd', 'clamd', 'clamonacc', 'tanmori', ''].join('\n')],
  ['clamdscan --ping', ''],
  ['clamdscan --version', `ClamAV 1.4.6/27826/${clamDate(daysAgo(5))}\n`],
  ['clamscan --version', `ClamAV 1.4.6/27826/${clamDate(daysAgo(5))}\n`],
  ['date +%z', '+0900\n'],
  ['head -v -c 512', `==> /var/lib/clamav/daily.cld <==\n${clamHeader(daysAgo(5))}\n`],
  ['grep -rsahE', ''],
  ['journalctl --quiet', ''],
  ['apt -qq list', ''],
  ['grep -rsHE', readFixture('apt/releases.txt').replace(/(?<=Date: ).*/g, daysAgo(2).toUTCString())],
  ['uname -r', '6.1.0-40-amd64\n'],
  ['dpkg-query -W', 'ii \tclamav\t1.4.6+dfsg-0+deb12u1\tClamAV Team\nii \topenssl\t3.0.19-1~deb12u2\tOpenSSL Team\n'],
  ['systemctl list-unit-files', 'clamav-daemon.service enabled enabled\nssh.service disabled enabled\n'],
  ['systemctl list-units', 'clamav-daemon.service loaded active running Clam AntiVirus userspace daemon\n'],
  ['timedatectl show-timesync', 'SystemNTPServers=ntp.town.example\nServerName=ntp.town.example\n'],
  ['timedatectl show', 'Timezone=Asia/Tokyo\nCanNTP=yes\nNTP=yes\nNTPSynchronized=yes\n'],
]
const sockets = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const files: Readonly<Record<string, string>> = {
  '/proc/net/tcp': sockets,
  '/proc/net/tcp6': sockets,
  '/proc/net/udp': sockets,
  '/proc/net/udp6': sockets,
  '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  '/etc/os-release':
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
  '/var/log/apt/history.log': `\nStart-Date: ${daysAgo(2).toISOString().slice(0, 10)}  06:11:02\nUpgrade: openssl:amd64 (3.0.17, 3.0.19)\n`,
}

const context = { policy: builtInPolicy('mynumber'), zone: 'mynumber' } as const
const recorded = ['settings/debian-accounts', 'settings/debian-sign-in', 'settings/debian-settings'].map(readRaws)
const networks = ['network/one-route', 'network/listening', 'network/attack'].map(readRaws)
const answers = new Map(checks.flatMap(({ parts: { linux } }) => (linux === undefined ? [] : answersOf(linux))))

/**
 * What an office terminal answers: Debian 12 as it installs itself, beside an antivirus product and a clock that are
 * kept. Its checks find a little, and what it does not have they cannot tell.
 */
export function readOffice(reading: SystemReading): Raw {
  if (reading.kind === 'command') {
    const line = [reading.program, ...reading.args].join(' ')
    const told = commands.find(([start]) => line.startsWith(start))
    if (told !== undefined) return { kind: 'command', stdout: told[1], stderr: '', code: 0 }
  }
  const text = reading.kind === 'file' ? files[reading.path] : undefined
  if (text !== undefined) {
    return { kind: 'file', text, size: text.length, modifiedAt: daysAgo(2).toISOString(), mode: 0o644, uid: 0 }
  }
  return (
    answers.get(JSON.stringify(reading)) ?? { kind: 'failed', reason: 'missing', detail: `ENOENT: ${placeOf(reading)}` }
  )
}

function placeOf(reading: SystemReading): string {
  if (reading.kind === 'command') return reading.program
  return 'path' in reading ? reading.path : reading.kind
}

type LinuxPart = NonNullable<(typeof checks)[number]['parts']['linux']>

function answersOf(part: LinuxPart): readonly (readonly [string, Raw])[] {
  const first = part.readings(context)
  const raws = [...recorded, ...networks].find((known) => Object.keys(first).every((key) => known[key] !== undefined))
  if (raws === undefined) return []
  return pairUp({ ...first, ...part.more?.(raws, context) }, raws)
}

function pairUp(readings: Readings, raws: Raws): readonly (readonly [string, Raw])[] {
  return Object.entries(readings).flatMap(([key, reading]) => {
    const raw = raws[key]
    return raw === undefined ? [] : [[JSON.stringify(reading), raw] as const]
  })
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000)
}

/** The head of a database: its date with hyphens, its number, its signatures. */
function clamHeader(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().replace(',', '').split(' ')
  return `ClamAV-VDB:${day} ${month} ${year} ${time?.slice(0, 5).replace(':', '-')} +0000:27826:2077438:90:X:X:builder`
}

/** As `ctime` writes it: `Sat Nov 21 12:15:52 2026`. */
function clamDate(at: Date): string {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} ${year}`
}
