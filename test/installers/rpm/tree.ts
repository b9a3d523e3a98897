import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const suite = 'trixie'
/** A system with RPM's package manager and dracut. Fedora's and openSUSE's own packages are not among Debian's. */
const packages = 'rpm,systemd,udev,kmod,util-linux,nftables,iproute2,dracut,cpio,libatomic1'
const timeoutMs = 900_000

/** Why this machine cannot try the .rpm in a system of its own; null where it can. */
export function findObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'not root'
  const missing = ['mmdebstrap', 'rpmbuild', 'unshare', 'chroot'].filter((name) => !isThere(name))
  if (missing.length > 0) return `this machine lacks ${missing.join(', ')}`
  return canOverlay() ? null : 'this machine allows no overlay mounts'
}

function canOverlay(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-overlay-'))
  try {
    for (const name of ['lower', 'upper', 'work', 'root']) mkdirSync(join(folder, name))
    const mount = 'mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/root"'
    const args = ['--mount', '--propagation=private', 'sh', '-c', mount, 'sh', folder]
    return spawnSync('unshare', args, { stdio: 'ignore' }).status === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Built once per recipe, and never written to. */
export function ensureTree(): string {
  const hash = createHash('sha256').update(`${suite} ${packages}`).digest('hex').slice(0, 16)
  const tree = join(process.env.TANMORI_RPM_CACHE || '/var/cache/tanmori-rpm', hash)
  if (existsSync(tree)) return tree
  const building = `${tree}.building-${randomBytes(4).toString('hex')}`
  mkdirSync(building, { recursive: true, mode: 0o755 })
  try {
    const args = ['--mode=root', '--variant=minbase', '--format=directory', `--include=${packages}`, suite, building]
    execFileSync('mmdebstrap', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs })
    if (!existsSync(tree)) renameSync(building, tree)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return tree
}

export type Ran = Readonly<{ code: number; stdout: string; stderr: string }>

/** A copy of the tree that keeps what is written to it from one command to the next (overlayfs, mounted for each alone). */
export class RpmSystem {
  readonly #folder: string
  readonly #tree: string

  constructor(folder: string, tree: string) {
    this.#folder = folder
    this.#tree = tree
    for (const name of ['upper', 'work', 'root', 'share']) mkdirSync(join(folder, name), { recursive: true })
  }

  /** The host's side of /mnt. */
  get share(): string {
    return join(this.#folder, 'share')
  }

  run(script: string): Ran {
    const inside = `set -e
      mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
      mount -t proc proc "$2/root/proc"
      mount --bind /dev "$2/root/dev"
      mount --bind "$2/share" "$2/root/mnt"
      exec chroot "$2/root" sh -c "$3"`
    const args = ['--mount', '--propagation=private', 'sh', '-c', inside, 'sh', this.#tree, this.#folder, script]
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/root' }
    const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: timeoutMs, env })
    return { code: status ?? -1, stdout: stdout.trim(), stderr: stderr.trim() }
  }

  must(script: string): string {
    const { code, stdout, stderr } = this.run(script)
    if (code !== 0) throw new Error(`${script}: ended with ${code}\n${stdout}\n${stderr}`)
    return stdout
  }
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0
}
