import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'

/** What the room shows its programs: a Debian tree as `/`, the project as `/src`, both read-only, and `/suite` to write to. */
export type RoomRequest = Readonly<{ tree: string; project: string; suite: string }>

export type Ended = Readonly<{ code: number; stdout: string; stderr: string }>

/**
 * Mounts and processes of their own (mount_namespaces(7), pid_namespaces(7)): nothing is mounted outside, and everything
 * ends with the first process, which ends when its input does, that is with whoever opened the room.
 */
export class Room {
  readonly #child: ChildProcess
  readonly #firstPid: number

  private constructor(child: ChildProcess, firstPid: number) {
    this.#child = child
    this.#firstPid = firstPid
  }

  static async open({ tree, project, suite }: RoomRequest): Promise<Room> {
    const child = spawn(
      'unshare',
      [
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--propagation=private',
        'sh',
        '-euc',
        furnish,
        'sh',
        tree,
        project,
        suite,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    )
    child.stdin.on('error', () => undefined) // its first process ended before it was told to
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000)
    })
    const isReady = await new Promise<boolean>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(line === 'ready'))
      child.on('error', reject).on('close', () => resolve(false))
    })
    const firstPid = isReady ? readOnlyChild(child.pid) : null
    if (firstPid === null) throw new Error(`no room for Wine: ${complaint.trim() || 'its first process ended'}`)
    return new Room(child, firstPid)
  }

  /** Runs a Linux program inside; what it prints comes back when it has ended. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const enter = [`--target=${this.#firstPid}`, '--mount', '--pid', '--root', '--wd', program, ...args]
    return new Promise((resolve, reject) => {
      execFile('nsenter', enter, { env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : readCode(error)
        if (code !== null) resolve({ code, stdout, stderr })
        else reject(error)
      })
    })
  }

  /** Ends every process inside; the mounts go with them. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.stdin?.end()
    await closed
  }
}

/** bash as the first process takes over and buries what others leave behind; dash and cat would not. */
const furnish = `
tree=$1 project=$2 suite=$3
mount --bind "$tree" "$tree"
mount -o remount,ro,bind "$tree"
mount -t proc proc "$tree/proc"
mount -t tmpfs -o mode=1777 tmpfs "$tree/tmp"
mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
mkdir -m 1777 "$tree/dev/shm"
for name in null zero full random urandom tty; do
  : > "$tree/dev/$name"
  mount --bind "/dev/$name" "$tree/dev/$name"
done
ln -s /proc/self/fd "$tree/dev/fd"
mount --bind "$project" "$tree/src"
mount -o remount,ro,bind "$tree/src"
mount --bind "$suite" "$tree/suite"
exec chroot "$tree" bash -c 'cd /suite; echo ready; read -r _'
`

/** As a shell says it: 128 and the signal where one ended it. */
function readCode({ code, signal }: ExecFileException): number | null {
  if (typeof code === 'number') return code
  return signal ? 128 + constants.signals[signal] : null
}

function readOnlyChild(pid: number | undefined): number | null {
  const first = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  return Number.isInteger(first) && first > 0 ? first : null
}
