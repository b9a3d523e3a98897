import { join } from 'node:path/win32'

/** What is asked of folders and of the registry's list of people; a table in memory fills it in tests. */
export type FolderView = Readonly<{
  kindOf(path: string): 'folder' | 'file' | null
  /** Names in a folder; empty where it cannot be listed. */
  list(folder: string): readonly string[]
  /** Folders of everybody who has signed in here. */
  homes(): readonly string[]
}>

/** `kind` null: not there yet. `onlyPrograms`: a folder where people's and programs' own files would tell too often. */
export type ExpandedPath = Readonly<{
  path: string
  pattern: string
  kind: 'folder' | 'file' | null
  onlyPrograms: boolean
}>

const maxPlaces = 500

/** `~` as every person's folder, `*` and `?` as what is there now, without regard to case. Nothing for a path off the drives. */
export function expandPath(view: FolderView, pattern: string): readonly ExpandedPath[] {
  const plain = pattern.replaceAll('/', '\\')
  const paths = plain === '~' || plain.startsWith('~\\') ? view.homes().map((home) => home + plain.slice(1)) : [plain]
  return paths
    .filter((path) => /^[A-Za-z]:\\/.test(path))
    .flatMap((path) => expandWildcards(view, path))
    .slice(0, maxPlaces)
    .map((path) => {
      const kind = view.kindOf(path)
      return { path, pattern, kind, onlyPrograms: kind === 'folder' && isBusy(path) }
    })
}

/** Below these everybody writes all the time. */
function isBusy(path: string): boolean {
  return /^[A-Z]:\\(Users|ProgramData|Windows)(\\|$)/i.test(path)
}

function expandWildcards(view: FolderView, path: string): readonly string[] {
  const parts = path.split('\\')
  const at = parts.findIndex((part) => /[*?]/.test(part))
  if (at < 0) return [path.length > 3 ? path.replace(/\\+$/, '') : path]
  const folder = at === 1 ? `${parts[0]}\\` : parts.slice(0, at).join('\\')
  const fits = toRegExp(parts[at] ?? '')
  return view
    .list(folder)
    .filter((name) => fits.test(name))
    .flatMap((name) => expandWildcards(view, join(folder, name, ...parts.slice(at + 1))))
    .slice(0, maxPlaces)
}

function toRegExp(part: string): RegExp {
  const escaped = part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i')
}
