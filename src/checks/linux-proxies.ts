import { type ProxySetting, parseProxyLines } from './proxies.ts'
import { entriesOf, explainFailure, isMissing, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'

const aptFolder = '/etc/apt/apt.conf.d'
const profileFolder = '/etc/profile.d'

/** Where a proxy is set for the whole terminal. What a person sets for themselves shows among the peers once it is used. */
export const linuxProxyReadings = {
  '/etc/environment': { kind: 'file', path: '/etc/environment' },
  aptConf: { kind: 'directory', path: aptFolder, depth: 1 },
  profiles: { kind: 'directory', path: profileFolder, depth: 1 },
} as const satisfies Readings

export function linuxProxyMore(raws: Raws): Readings {
  return Object.fromEntries(
    filesIn(raws).map((path) => [path, { kind: 'file', path, maxBytes: 65_536 } as const] as const),
  )
}

export function parseLinuxProxies(
  raws: Raws,
): Readonly<{ proxies: readonly ProxySetting[]; gaps: readonly Sentence[] }> {
  const paths = ['/etc/environment', ...filesIn(raws)]
  const lost = [...paths, 'aptConf', 'profiles'].filter(
    (name) => raws[name]?.kind === 'failed' && !isMissing(raws, name),
  )
  return {
    proxies: paths.flatMap((path) => parseProxyLines(textOf(raws, path) ?? '', path)),
    gaps: lost.map((name) => explainFailure(raws, name)),
  }
}

function filesIn(raws: Raws): readonly string[] {
  const folders = [
    { name: 'aptConf', folder: aptFolder },
    { name: 'profiles', folder: profileFolder },
  ]
  return folders.flatMap(({ name, folder }) =>
    (entriesOf(raws, name) ?? []).filter(({ type }) => type === 'file').map(({ path }) => `${folder}/${path}`),
  )
}
