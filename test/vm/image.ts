import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a machine boots from: a root file system that is never written to, and its kernel and initrd taken out of it. */
export interface Image {
  readonly root: string
  readonly kernel: string
  readonly initrd: string
}

type Say = (line: string) => void

const guestFolder = join(import.meta.dirname, 'guest')
const suite = 'bookworm'
const rootMiB = 4096
// Documents, and drivers that a test has no use for: less to copy and index, and fewer to load and self-test on an emulated
// processor (udev loads what the processor's features ask for).
const leftOut = [
  '/usr/share/{doc,man,locale,i18n}/*',
  '/lib/modules/*/kernel/{sound,net/wireless,arch/x86/crypto,arch/x86/kvm}/*',
  '/lib/modules/*/kernel/drivers/{gpu,media,infiniband,staging,watchdog}/*',
  '/lib/modules/*/kernel/drivers/net/{wireless,ethernet}/*',
].flatMap(expandBraces)

/** Builds the guest's image once per recipe. Two builds at a time both succeed: the first to finish is kept. */
export async function ensureImage(say: Say = (line) => process.stderr.write(`${line}\n`)): Promise<Image> {
  const folder = join(cacheFolder(), recipeHash())
  if (!existsSync(folder)) await buildImage(folder, say)
  return { root: join(folder, 'root.raw'), kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.img') }
}

function cacheFolder(): string {
  const asked = process.env.TANMORI_VM_CACHE
  if (asked) return asked
  return isRoot() ? '/var/cache/tanmori-vm' : join(import.meta.dirname, '../../.cache/vm')
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function recipeHash(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  for (const path of globSync('**', { cwd: guestFolder }).sort()) {
    const file = join(guestFolder, path)
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

async function buildImage(folder: string, say: Say): Promise<void> {
  const building = `${folder}.building-${randomBytes(4).toString('hex')}`
  removeAbandonedBuilds()
  mkdirSync(building, { recursive: true, mode: 0o755 })
  try {
    const rootFolder = join(building, 'root')
    await bootstrap(rootFolder, say)
    say('image: file system')
    asGuestRoot('mkfs.ext4', ['-q', '-L', 'root', '-d', rootFolder, join(building, 'root.raw'), `${rootMiB}M`])
    takeOut(rootFolder, 'vmlinuz-*', join(building, 'vmlinuz'))
    takeOut(rootFolder, 'initrd.img-*', join(building, 'initrd.img'))
    asGuestRoot('rm', ['-rf', rootFolder])
    if (!existsSync(folder)) renameSync(building, folder)
    say(`image: ready (${folder})`)
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

async function bootstrap(rootFolder: string, say: Say): Promise<void> {
  const packages = readFileSync(join(guestFolder, 'packages.txt'), 'utf8').trim().split('\n')
  const child = spawn(
    'mmdebstrap',
    [
      `--mode=${isRoot() ? 'root' : 'unshare'}`,
      '--variant=minbase',
      '--format=directory',
      // It would make the machine id and the host name unset again.
      '--skip=cleanup/reproducible',
      `--include=${packages.join(',')}`,
      ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      `--essential-hook=sync-in ${join(guestFolder, 'tree')} /`,
      `--customize-hook=${join(guestFolder, 'customize.sh')}`,
      suite,
      rootFolder,
    ],
    { stdio: ['ignore', 'inherit', 'pipe'] },
  )
  let lastLines = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastLines = (lastLines + text).slice(-4000)
    for (const [, step] of text.matchAll(/^I: (.+)$/gm)) say(`image: ${step}`)
  })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`mmdebstrap ended with ${code}:\n${lastLines}`)
}

/** Without root, the tree belongs to mapped user ids, which only the same mapping can read. */
function asGuestRoot(program: string, args: readonly string[]): void {
  const [file, ...rest] = isRoot() ? [program, ...args] : ['mmdebstrap', '--unshare-helper', program, ...args]
  execFileSync(file, rest, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function takeOut(rootFolder: string, pattern: string, to: string): void {
  const [from] = globSync(join(rootFolder, 'boot', pattern))
  if (!from) throw new Error(`the image has no /boot/${pattern}`)
  copyFileSync(from, to)
}

function expandBraces(pattern: string): readonly string[] {
  const [, before = '', choices = '', after = ''] = /^(.*)\{(.+)\}(.*)$/.exec(pattern) ?? []
  return choices === '' ? [pattern] : choices.split(',').map((choice) => before + choice + after)
}
