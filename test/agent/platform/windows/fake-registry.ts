import type { Registry, RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

type Key = { name: string; values: Map<string, readonly [string, RegistryValue]> }

/** A registry in memory: names ignore case, a key's own watchers are told later, as Windows does. */
export class FakeRegistry implements Registry {
  readonly #keys = new Map<string, Key>()
  readonly #watches = new Set<{ path: string; onChange(): void }>()
  /** Win32 error that every writing ends with; 0: none. */
  refusal = 0
  writes = 0

  readValue(path: string, name: string): RegistryValue | null {
    return this.#keys.get(path.toLowerCase())?.values.get(name.toLowerCase())?.[1] ?? null
  }

  readValues(path: string): Readonly<Record<string, RegistryValue>> | null {
    const key = this.#keys.get(path.toLowerCase())
    return key === undefined ? null : Object.fromEntries(key.values.values())
  }

  listKeys(path: string): readonly string[] | null {
    if (!this.#keys.has(path.toLowerCase())) return null
    const depth = path.split('\\').length
    const below = [...this.#keys.values()].filter(({ name }) =>
      name.toLowerCase().startsWith(`${path.toLowerCase()}\\`),
    )
    return below
      .filter(({ name }) => name.split('\\').length === depth + 1)
      .map(({ name }) => name.split('\\').at(-1) ?? '')
  }

  createKey(path: string): void {
    const parts = path.split('\\')
    parts.forEach((_, index) => {
      const name = parts.slice(0, index + 1).join('\\')
      if (!this.#keys.has(name.toLowerCase())) this.#keys.set(name.toLowerCase(), { name, values: new Map() })
    })
  }

  writeValue(path: string, name: string, value: RegistryValue): void {
    if (this.refusal !== 0) throw new Error(`${path}: Windows error ${this.refusal}`)
    this.writes += 1
    this.createKey(path)
    this.#keys.get(path.toLowerCase())?.values.set(name.toLowerCase(), [name, value])
    this.#tell(path)
  }

  deleteValue(path: string, name: string): boolean {
    const isDone = this.#keys.get(path.toLowerCase())?.values.delete(name.toLowerCase()) ?? false
    if (isDone) this.#tell(path)
    return isDone
  }

  deleteTree(path: string): boolean {
    const root = path.toLowerCase()
    const gone = [...this.#keys.keys()].filter((key) => key === root || key.startsWith(`${root}\\`))
    for (const key of gone) this.#keys.delete(key)
    if (gone.length > 0) this.#tell(path)
    return gone.length > 0
  }

  watch(watch: Readonly<{ path: string; onChange(): void }>) {
    this.createKey(watch.path)
    const own = { path: watch.path, onChange: () => watch.onChange() }
    this.#watches.add(own)
    return { stop: () => void this.#watches.delete(own) }
  }

  watchedPaths(): readonly string[] {
    return [...this.#watches].map(({ path }) => path)
  }

  /** Every value there is, `path name` → data. */
  dump(): Readonly<Record<string, unknown>> {
    const entries = [...this.#keys.values()].flatMap(({ name: path, values }) =>
      [...values.values()].map(([name, value]) => [`${path} ${name}`, value.data] as const),
    )
    return Object.fromEntries(entries)
  }

  keys(): readonly string[] {
    return [...this.#keys.values()].map(({ name }) => name)
  }

  #tell(path: string): void {
    const concerned = [...this.#watches].filter((one) => {
      const [watched, changed] = [one.path.toLowerCase(), path.toLowerCase()]
      return changed === watched || changed.startsWith(`${watched}\\`) || watched.startsWith(`${changed}\\`)
    })
    for (const one of concerned) queueMicrotask(() => this.#watches.has(one) && one.onChange())
  }
}
