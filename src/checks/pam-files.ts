import { type PamFiles, type PamLine, resolvePam, signInServices } from './pam.ts'
import { entriesOf, explainFailure, known, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'

/** By service; null where a file that its stack includes was not read. */
export type PamStacks = Readonly<Record<string, readonly PamLine[] | null>>

const folder = '/etc/pam.d'

/** First the names of the services, then (`more`) every file: what includes what is not known before. */
export const pamReadings = { pam: { kind: 'directory', path: folder, depth: 1 } } as const satisfies Readings

export function morePam(raws: Raws): Readings {
  const entries = entriesOf(raws, 'pam') ?? []
  const names = entries.filter(({ path, type }) => type !== 'directory' && !path.includes('/')).map(({ path }) => path)
  return Object.fromEntries(
    names.slice(0, 100).map((name) => [`pam:${name}`, { kind: 'file', path: `${folder}/${name}` }] as const),
  )
}

/** The stacks of the services that people sign in through; a sentence where they could not be read. */
export function signInStacks(raws: Raws): Parsed<PamStacks> {
  const entries = entriesOf(raws, 'pam')
  if (entries === null) return unreadable(explainFailure(raws, 'pam'))
  const files: PamFiles = Object.fromEntries(
    entries.flatMap(({ path }) => {
      const text = textOf(raws, `pam:${path}`)
      return text === null ? [] : [[path, text] as const]
    }),
  )
  const there = signInServices.filter((service) => entries.some(({ path }) => path === service))
  if (there.length === 0) {
    return unreadable({ ja: `${folder} にサインインの設定がありません`, en: `${folder} holds no sign-in service` })
  }
  return known(Object.fromEntries(there.map((service) => [service, resolvePam(files, service)])))
}
