import type { DirectoryEntry, Parsed, Raw, Raws, RegistryKey } from './reading.ts'
import type { Sentence } from './result.ts'

type Of<K extends Raw['kind']> = Extract<Raw, { kind: K }>

/** The reading of that name where it is of that kind and was read; null otherwise. */
export function rawOf<K extends Raw['kind']>(raws: Raws, name: string, kind: K): Of<K> | null {
  const raw = raws[name]
  return raw !== undefined && isKind(raw, kind) ? raw : null
}

/** A file's text; null where it could not be read. */
export function textOf(raws: Raws, name: string): string | null {
  return rawOf(raws, name, 'file')?.text ?? null
}

/** A command's standard output where its exit code is one of `codes`; null otherwise. */
export function outputOf(raws: Raws, name: string, codes: readonly number[] = [0]): string | null {
  const raw = rawOf(raws, name, 'command')
  return raw !== null && codes.includes(raw.code) ? raw.stdout : null
}

export function entriesOf(raws: Raws, name: string): readonly DirectoryEntry[] | null {
  return rawOf(raws, name, 'directory')?.entries ?? null
}

/** Names of values ignore case, as Windows does: whoever set one may have written it in another. */
export function keysOf(raws: Raws, name: string): readonly RegistryKey[] | null {
  const keys = rawOf(raws, name, 'registry')?.keys
  return keys?.map(({ path, values }) => ({ path, values: ignoringCase(values) })) ?? null
}

function ignoringCase(values: RegistryKey['values']): RegistryKey['values'] {
  const byLowerName = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value] as const))
  return new Proxy(values, {
    get: (own, name) => (typeof name === 'string' ? byLowerName.get(name.toLowerCase()) : Reflect.get(own, name)),
  })
}

export function rowsOf(raws: Raws, name: string): readonly Readonly<Record<string, unknown>>[] | null {
  return rawOf(raws, name, 'query')?.rows ?? null
}

export function isMissing(raws: Raws, name: string): boolean {
  return rawOf(raws, name, 'failed')?.reason === 'missing'
}

/** Why a reading brought nothing, as a sentence: for `unknown`. */
export function explainFailure(raws: Raws, name: string): Sentence {
  const raw = raws[name]
  if (raw === undefined) return { ja: `${name} は読み取られていません`, en: `${name} was not read` }
  if (raw.kind !== 'failed') return { ja: `${name} の内容を読み取れません`, en: `${name} cannot be made out` }
  return {
    ja: `${name}: ${failures[raw.reason].ja}（${raw.detail}）`,
    en: `${name}: ${failures[raw.reason].en} (${raw.detail})`,
  }
}

export function known<Facts>(facts: Facts): Parsed<Facts> {
  return { ok: true, facts }
}

export function unreadable<Facts>(reason: Sentence): Parsed<Facts> {
  return { ok: false, reason }
}

function isKind<K extends Raw['kind']>(raw: Raw, kind: K): raw is Of<K> {
  return raw.kind === kind
}

const failures = {
  missing: { ja: '見つかりません', en: 'not found' },
  denied: { ja: '読み取る権限がありません', en: 'permission denied' },
  timeout: { ja: '時間内に終わりません', en: 'took too long' },
  'too-large': { ja: '大きすぎます', en: 'too large' },
  unsupported: { ja: 'この端末では読み取れません', en: 'cannot be read on this system' },
  failed: { ja: '読み取れません', en: 'could not be read' },
} as const satisfies Record<Extract<Raw, { kind: 'failed' }>['reason'], Sentence>
