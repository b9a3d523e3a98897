import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runJson } from '../../installers/trial/command.ts'
import { signDocuments } from '../../installers/trial/signers.ts'
import { reservePort } from './reserve-port.ts'
import { type Running, startProcess } from './spawn.ts'

export const projectRoot = join(import.meta.dirname, '../..')
const centerMain = join(projectRoot, 'src/center/main.ts')

/** A center's folder with a demonstration root and an observing policy pushed; made once, copied for every test. */
export async function makeCenterTemplate(folder: string): Promise<string> {
  const dir = join(folder, 'center')
  await runJson(centerMain, ['init', '--dir', dir])
  const { rootFile, policyFile } = await signDocuments({ center: centerMain, folder })
  await runJson(centerMain, ['root', 'import', rootFile, '--dir', dir])
  await runJson(centerMain, ['policy', 'push', policyFile, '--dir', dir])
  return dir
}

export type CenterFolder = Readonly<{ dir: string; collectorPort: number }>

/** A center of its own: the template's state on ports that are kept for it while it is down. */
export async function copyCenter(template: string, dir: string): Promise<CenterFolder> {
  cpSync(template, dir, { recursive: true })
  const ports = [await reservePort(), await reservePort()] as const
  const file = join(dir, 'center.yaml')
  const moved = readFileSync(file, 'utf8')
    .replace(/127\.0\.0\.1:8443/, `127.0.0.1:${ports[0]}`)
    .replace(/127\.0\.0\.1:8444/, `127.0.0.1:${ports[1]}`)
  writeFileSync(file, moved)
  return { dir, collectorPort: ports[0] }
}

/** `executable` where the built one is wanted instead of the source. */
export async function startCenter(center: CenterFolder, executable?: string): Promise<Running> {
  const [file, ...first] = executable === undefined ? [process.execPath, '--no-warnings', centerMain] : [executable]
  const running = startProcess({ file: file ?? '', args: [...first, 'run', '--dir', center.dir, '--lang', 'en'] })
  await running.waitFor(/console: https:/)
  return running
}

/** A token whose address may be that of something in between. */
export async function createToken(center: CenterFolder, port: number): Promise<string> {
  const made = await runJson(centerMain, [
    ...['enrol', 'new', '--zone', 'mynumber', '--dir', center.dir],
    ...['--url', `https://127.0.0.1:${port}`],
  ])
  return z.object({ token: z.string() }).parse(made).token
}
