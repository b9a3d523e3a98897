import { formatRegText, parseRegText, type RegistryTree, type RegistryValue } from './reg-text.ts'

export type RegistryAccess = Readonly<{
  /** Puts the text where Windows sees it, and says where that is. */
  put: (name: string, content: string | Buffer) => string
  read: (name: string) => Buffer | null
  remove: (name: string) => void
  batch: (lines: readonly string[]) => Promise<readonly Readonly<{ code: number; stdout: string; stderr: string }>[]>
}>

/** The 64-bit registry of one prefix, by Windows' own `reg.exe`. Keys are written `HKLM\Software\…`. */
export class Registry {
  readonly #access: RegistryAccess

  constructor(access: RegistryAccess) {
    this.#access = access
  }

  set(key: string, name: string, value: RegistryValue | string | number): Promise<void> {
    const full: RegistryValue =
      typeof value === 'string'
        ? { type: 'sz', text: value }
        : typeof value === 'number'
          ? { type: 'dword', number: value }
          : value
    return this.import(formatRegText(new Map([[longName(key), new Map([[name, full]])]])))
  }

  /** null: there is no such key or no such value. */
  async get(key: string, name: string): Promise<RegistryValue | null> {
    const values = (await this.tree(key)).get(longName(key).toLowerCase())
    const found = [...(values ?? [])].find(([other]) => other.toLowerCase() === name.toLowerCase())
    return found?.[1] ?? null
  }

  /** A key and all below it, by full names in lower case; empty where there is no such key. */
  async tree(key: string): Promise<RegistryTree> {
    const file = this.#access.put('export.reg', '')
    const [result] = await this.#access.batch([`reg export "${key}" "${file}" /y /reg:64`])
    if (result?.code !== 0) return new Map()
    // UTF-16 with a byte order mark
    const text = this.#access.read('export.reg')?.subarray(2).toString('utf16le') ?? ''
    return new Map([...parseRegText(text)].map(([name, values]) => [name.toLowerCase(), values] as const))
  }

  /** Deletes one value, or without `name` the key with all below it; nothing where there is none. */
  async delete(key: string, name?: string): Promise<void> {
    const what = name === undefined ? '' : name === '' ? ' /ve' : ` /v "${name}"`
    await this.#access.batch([`reg delete "${key}"${what} /f /reg:64`])
  }

  /** The text of a .reg file; the heading may be left out. */
  async import(text: string): Promise<void> {
    const heading = text.startsWith('Windows Registry Editor') ? '' : 'Windows Registry Editor Version 5.00\r\n\r\n'
    const content = `\ufeff${heading}${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`
    const file = this.#access.put('import.reg', Buffer.from(content, 'utf16le'))
    const [result] = await this.#access.batch([`reg import "${file}" /reg:64`])
    if (result?.code !== 0)
      throw new Error(`reg import: ended with ${result?.code}: ${result?.stdout}${result?.stderr}`)
  }
}

const roots: readonly Readonly<[string, string]>[] = [
  ['HKLM', 'HKEY_LOCAL_MACHINE'],
  ['HKCU', 'HKEY_CURRENT_USER'],
  ['HKU', 'HKEY_USERS'],
  ['HKCR', 'HKEY_CLASSES_ROOT'],
]

/** A .reg file knows keys by long names alone. */
function longName(key: string): string {
  const root = roots.find(([short]) => key.toUpperCase().startsWith(`${short}\\`))
  return root === undefined ? key : root[1] + key.slice(root[0].length)
}
