import { entriesOf, isMissing } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

/** Where display managers look for what a person may start: one `.desktop` file each. */
export const sessionReadings = {
  xsessions: { kind: 'directory', path: '/usr/share/xsessions', depth: 1 },
  waylandSessions: { kind: 'directory', path: '/usr/share/wayland-sessions', depth: 1 },
} as const satisfies Readings

export const desktops = ['gnome', 'kde', 'xfce', 'mate', 'cinnamon', 'other'] as const
export type Desktop = (typeof desktops)[number]

/** The desktops that are installed; null where one of the folders could not be read. */
export function desktopsOf(raws: Raws): readonly Desktop[] | null {
  const names = Object.keys(sessionReadings)
  if (names.some((name) => entriesOf(raws, name) === null && !isMissing(raws, name))) return null
  const files = names.flatMap((name) => entriesOf(raws, name) ?? []).filter(({ path }) => path.endsWith('.desktop'))
  return [...new Set(files.map(({ path }) => desktopOf(path.toLowerCase())))]
}

function desktopOf(file: string): Desktop {
  return families.find(([pattern]) => pattern.test(file))?.[1] ?? 'other'
}

const families: readonly (readonly [RegExp, Desktop])[] = [
  [/^(gnome|ubuntu|pop|budgie)/, 'gnome'],
  [/^(plasma|kde)/, 'kde'],
  [/^(xfce|xubuntu)/, 'xfce'],
  [/^mate/, 'mate'],
  [/^cinnamon/, 'cinnamon'],
]
