import { isTrue, parseKeyfile } from './keyfile.ts'
import { entriesOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

type Found = Readonly<{ where: string; user: string }>

const gdmFiles = ['/etc/gdm3/daemon.conf', '/etc/gdm3/custom.conf', '/etc/gdm/custom.conf'] as const
const folders = {
  lightdmFolder: { path: '/etc/lightdm/lightdm.conf.d', depth: 1, wanted: /\.conf$/ },
  sddmFolder: { path: '/etc/sddm.conf.d', depth: 1, wanted: /\.conf$/ },
  units: {
    path: '/etc/systemd/system',
    depth: 2,
    wanted: /^(getty|serial-getty|console-getty|autovt)@?[^/]*\.service(\.d\/[^/]+\.conf)?$/,
  },
} as const

export const autoSignInReadings: Readings = {
  ...Object.fromEntries(gdmFiles.map((path) => [path, { kind: 'file', path }] as const)),
  '/etc/lightdm/lightdm.conf': { kind: 'file', path: '/etc/lightdm/lightdm.conf' },
  '/etc/sddm.conf': { kind: 'file', path: '/etc/sddm.conf' },
  ...Object.fromEntries(
    Object.entries(folders).map(([name, { path, depth }]) => [name, { kind: 'directory', path, depth }] as const),
  ),
}

export const autoSignInPlaces: readonly string[] = [
  ...gdmFiles,
  '/etc/lightdm',
  '/etc/sddm.conf',
  '/etc/sddm.conf.d',
  '/etc/systemd/system',
]

export function moreAutoSignIn(raws: Raws): Readings {
  return Object.fromEntries(
    Object.entries(folders).flatMap(([name, { path, wanted }]) =>
      (entriesOf(raws, name) ?? [])
        .filter((entry) => entry.type !== 'directory' && wanted.test(entry.path))
        .slice(0, 50)
        .map((entry) => [`${path}/${entry.path}`, { kind: 'file', path: `${path}/${entry.path}` }] as const),
    ),
  )
}

export function findAutoSignIn(raws: Raws): readonly Found[] {
  return Object.keys(raws)
    .filter((name) => name.startsWith('/etc/'))
    .flatMap((path) => {
      const text = textOf(raws, path)
      const read = readers.find(([prefix]) => path.startsWith(prefix))?.[1]
      return text === null || read === undefined ? [] : read(text).map((user) => ({ where: path, user }))
    })
}

const readers: readonly (readonly [string, (text: string) => readonly string[]])[] = [
  ['/etc/gdm', gdmUsers],
  ['/etc/lightdm', lightdmUsers],
  ['/etc/sddm', sddmUsers],
  ['/etc/systemd/system', gettyUsers],
]

/** GDM: `[daemon] AutomaticLoginEnable=true`, and the same after a delay as `TimedLogin`. */
function gdmUsers(text: string): readonly string[] {
  const daemon = parseKeyfile(text).daemon ?? {}
  return [
    ...(isTrue(daemon.AutomaticLoginEnable) ? [daemon.AutomaticLogin ?? ''] : []),
    ...(isTrue(daemon.TimedLoginEnable) ? [daemon.TimedLogin ?? ''] : []),
  ]
}

function lightdmUsers(text: string): readonly string[] {
  return Object.entries(parseKeyfile(text))
    .filter(([group]) => /^Seat/.test(group))
    .flatMap(([, values]) =>
      values['autologin-user'] === undefined || values['autologin-user'] === '' ? [] : [values['autologin-user']],
    )
}

function sddmUsers(text: string): readonly string[] {
  const user = parseKeyfile(text).Autologin?.User
  return user === undefined || user === '' ? [] : [user]
}

/** agetty(8): `ExecStart=-/sbin/agetty --autologin user …` or `-a user`. */
function gettyUsers(text: string): readonly string[] {
  return [...text.matchAll(/^\s*ExecStart=.*?agetty\b.*?\s(?:--autologin[ =]|-a\s*)(\S+)/gm)].map(
    ([, user = '']) => user,
  )
}
