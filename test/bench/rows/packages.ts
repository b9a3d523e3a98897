import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readVersion } from '../../../installers/build/bundle.ts'
import { buildPackages } from '../../../installers/package/packages.ts'
import type { Measure } from '../row.ts'
import { round } from '../statistics.ts'

/** What a town downloads, and copies to every terminal. */
export const measurePackages: Measure = async ({ root, folder, say }) => {
  say('packages: building them')
  const startMs = performance.now()
  const files = buildPackages({ root, version: readVersion(root), output: join(folder, 'packages'), sign: null })
  const seconds = round((performance.now() - startMs) / 1000)
  const sizes = files
    .filter((file) => basename(file) !== 'SHA256SUMS')
    .map((file) => ({ name: basename(file), megabytes: round(statSync(file).size / 1e6) }))
  return [
    {
      what: 'packages',
      target: '',
      measured: sizes.map(({ name, megabytes }) => `${name} ${megabytes} MB`).join(', '),
      peer: '',
      how: `file sizes; built in ${seconds} s, without signing`,
      numbers: { seconds, ...Object.fromEntries(sizes.map(({ name, megabytes }) => [`${name} MB`, megabytes])) },
    },
  ]
}
