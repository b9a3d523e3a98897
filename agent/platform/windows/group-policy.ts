import type { RegistryValue } from './win32/registry.ts'

/** One setting of a group policy, as its file says it. */
export type PolicySetting = Readonly<{
  /** Where it came from, in words: `local group policy`. */
  source: string
  path: string
  name: string
  /** null: the policy takes the value away. */
  value: (Pick<RegistryValue, 'type'> & Readonly<{ data: unknown }>) | null
  /** The policy takes away every value of the key before it writes its own. */
  isWholeKey: boolean
}>

export const policyFileLimits = { maxBytes: 8 * 1024 * 1024, maxSettings: 20_000 } as const

const signature = 0x67655250 // 'PReg'
const dword = 4
const texts: readonly number[] = [1, 2]

/**
 * `Registry.pol` as the registry extension of group policy writes it (learn.microsoft.com "Registry Policy File Format"):
 * `[key;value;type;size;data]` in UTF-16, keys below HKLM. What cannot be read ends the list: what stands before holds.
 */
export function parsePolicyFile(file: Buffer, source: string): readonly PolicySetting[] {
  if (file.length < 8 || file.length > policyFileLimits.maxBytes || file.readUInt32LE(0) !== signature) return []
  const settings: PolicySetting[] = []
  const cursor = { file, at: 8 }
  while (cursor.at < file.length && settings.length < policyFileLimits.maxSettings) {
    const setting = parseSetting(cursor, source)
    if (setting === null) break
    settings.push(setting)
  }
  return settings
}

/** What a group policy says of one value; the last one wins, as it does there. */
export function findSetting(settings: readonly PolicySetting[], path: string, name: string): PolicySetting | null {
  const [wantedPath, wantedName] = [path.toLowerCase(), name.toLowerCase()]
  return (
    settings.findLast(
      (one) => one.path.toLowerCase() === wantedPath && (one.isWholeKey || one.name.toLowerCase() === wantedName),
    ) ?? null
  )
}

type Cursor = { file: Buffer; at: number }

function parseSetting(cursor: Cursor, source: string): PolicySetting | null {
  if (!takeMark(cursor, '[')) return null
  const key = takeText(cursor)
  if (key === null || !takeMark(cursor, ';')) return null
  const name = takeText(cursor)
  if (name === null || !takeMark(cursor, ';')) return null
  const type = takeNumber(cursor)
  if (type === null || !takeMark(cursor, ';')) return null
  const size = takeNumber(cursor)
  if (size === null || !takeMark(cursor, ';') || cursor.at + size > cursor.file.length) return null
  const data = cursor.file.subarray(cursor.at, cursor.at + size)
  cursor.at += size
  if (!takeMark(cursor, ']')) return null
  return settingOf(source, `HKLM\\${key}`, name, type, data)
}

/** `**del.NAME` takes a value away, `**delvals.` all of them. */
function settingOf(source: string, path: string, name: string, type: number, data: Buffer): PolicySetting {
  const command = /^\*\*(delvals\.|del\.)(.*)$/i.exec(name)
  if (command?.[1]?.toLowerCase() === 'delvals.') return { source, path, name: '', value: null, isWholeKey: true }
  if (command !== null) return { source, path, name: command[2] ?? '', value: null, isWholeKey: false }
  return { source, path, name, value: parseData(type, data), isWholeKey: false }
}

function parseData(type: number, data: Buffer): PolicySetting['value'] {
  if (type === dword && data.length === 4) return { type: 'dword', data: data.readUInt32LE(0) }
  if (texts.includes(type)) return { type: 'string', data: data.toString('utf16le').replace(/\0+$/, '') }
  return { type: 'bytes', data: data.toString('hex') }
}

function takeMark(cursor: Cursor, mark: string): boolean {
  if (cursor.at + 2 > cursor.file.length || cursor.file.readUInt16LE(cursor.at) !== mark.charCodeAt(0)) return false
  cursor.at += 2
  return true
}

function takeText(cursor: Cursor): string | null {
  const from = cursor.at
  for (let at = from; at + 2 <= cursor.file.length; at += 2) {
    if (cursor.file.readUInt16LE(at) !== 0) continue
    cursor.at = at + 2
    return cursor.file.toString('utf16le', from, at)
  }
  return null
}

function takeNumber(cursor: Cursor): number | null {
  if (cursor.at + 4 > cursor.file.length) return null
  cursor.at += 4
  return cursor.file.readUInt32LE(cursor.at - 4)
}
