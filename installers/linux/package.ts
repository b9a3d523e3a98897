import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDebOf } from './deb.ts'
import { buildRpmOf } from './rpm.ts'
import { type PackageName, stagePackage } from './stage.ts'

export type PackageRequest = Readonly<{
  /** The repository. */
  root: string
  version: string
  /** The folder that holds the executables and what lies beside them. */
  executables: string
  /** The folder that the package is put into. */
  output: string
  name?: PackageName
}>

/** Builds `NAME_VERSION_amd64.deb` and returns its path. */
export function buildDeb(request: PackageRequest): string {
  return withTree(request, (staging, name) => buildDebOf({ ...request, name, staging }))
}

/** Builds `NAME-VERSION.x86_64.rpm` and returns its path. */
export function buildRpm(request: PackageRequest): string {
  return withTree(request, (staging, name) => buildRpmOf({ ...request, name, staging }))
}

function withTree(request: PackageRequest, build: (staging: string, name: PackageName) => string): string {
  const name = request.name ?? 'tanmori'
  const staging = mkdtempSync(join(tmpdir(), 'tanmori-package-'))
  try {
    stagePackage({ ...request, name }, staging)
    return build(staging, name)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}
