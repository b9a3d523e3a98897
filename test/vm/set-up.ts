import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { readVersion } from '../../installers/build/bundle.ts'
import { buildDeb } from '../../installers/linux/package.ts'
import { projectRoot } from '../processes/center.ts'
import { killAll } from '../processes/spawn.ts'
import { makeCenter } from './host-center.ts'
import { type Installation, install } from './installation.ts'
import { missing } from './requirements.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The package as it is, and the same as an older and as a newer version. */
    packages: Readonly<{ older: string; current: string; next: string }>
    installation: Installation
  }
}

/** Once per run: the Debian package, a center, and a guest in which the one is installed and enrolled at the other. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (missing.length > 0) return async () => undefined
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-vm-suite-'))
  const version = readVersion(projectRoot)
  const build = (name: string) =>
    buildDeb({ root: projectRoot, version: name, executables: join(projectRoot, 'dist'), output: folder })
  const packages = { older: build('0.0.9'), current: build(version), next: build(`${version}+next`) }
  project.provide('packages', packages)
  project.provide('installation', await install(folder, packages.current, await makeCenter(join(folder, 'center'))))
  return async () => {
    await killAll()
    rmSync(folder, { recursive: true, force: true })
  }
}
