import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Room } from './room.ts'
import { wineEnvironment } from './wine-environment.ts'

/** A Debian tree with Wine in it, and a prefix in which Wine has just been set up; neither is ever written to. */
export type WineTree = Readonly<{ tree: string; prefix: string }>

type Say = (line: string) => void

const suite = 'trixie'
const packages = ['wine', 'wine64', 'ca-certificates']
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/icons/*']
const projectRoot = join(import.meta.dirname, '../../..')

/** Builds the tree once per recipe. Two builds at a time both succeed: the first to finish is kept. */
export async function ensureWineTree(say: Say = (line) => process.stderr.write(`${line}\n`)): Promise<WineTree> {
  const folder = join(cacheFolder(), recipeHash())
  if (!existsSync(folder)) await buildWineTree(folder, say)
  return { tree: join(folder, 'tree'), prefix: join(folder, 'suite/prefix') }
}

function cacheFolder(): string {
  return process.env.TANMORI_WINE_CACHE || '/var/cache/tanmori-wine'
}

function recipeHash(): string {
  const hash = createHash('sha256')
  for (const name of ['chroot.ts', 'wine-environment.ts']) hash.update(readFileSync(join(import.meta.dirname, name)))
  return hash.digest('hex').slice(0, 16)
}

async function buildWineTree(folder: string, say: Say): Promise<void> {
  const building = `${folder}.building-${randomBytes(4).toString('hex')}`
  removeAbandonedBuilds()
  mkdirSync(join(building, 'suite/home'), { recursive: true, mode: 0o755 })
  try {
    say(`wine: Debian ${suite} with Wine, once (about a minute)`)
    await bootstrap(join(building, 'tree'), say)
    say('wine: a first prefix')
    await makePrefix(join(building, 'tree'), join(building, 'suite'))
    if (!existsSync(folder)) renameSync(building, folder)
    say(`wine: ready (${folder})`)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
}

/** A build that was killed leaves its folder; no build takes an hour. */
function removeAbandonedBuilds(): void {
  for (const path of globSync(join(cacheFolder(), '*.building-*'))) {
    if (Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true })
  }
}

async function bootstrap(tree: string, say: Say): Promise<void> {
  const child = spawn(
    'mmdebstrap',
    [
      '--mode=root',
      '--variant=minbase',
      '--format=directory',
      `--include=${packages.join(',')}`,
      ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      '--customize-hook=mkdir "$1/src" "$1/suite"',
      suite,
      tree,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let lastLines = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastLines = (lastLines + text).slice(-2000)
    for (const [, step] of text.matchAll(/^I: (.+)$/gm)) say(`wine: ${step}`)
  })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`mmdebstrap ended with ${code}: ${lastLines.trim()}`)
}

async function makePrefix(tree: string, folder: string): Promise<void> {
  const room = await Room.open({ tree, project: projectRoot, suite: folder })
  try {
    for (const args of [
      ['wine', 'wineboot', '--init'],
      ['wineserver', '--wait'],
    ]) {
      const { code, stderr } = await room.run('timeout', ['180', ...args], wineEnvironment)
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr.slice(-1000)}`)
    }
  } finally {
    await room.close()
  }
}
