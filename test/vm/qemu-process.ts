import { spawn } from 'node:child_process'

export interface QemuProcess {
  readonly pid: number
  /** Settles with QEMU's last words when it has ended, however it ended. */
  readonly ended: Promise<string>
  kill(): void
}

/** QEMU dies with this process, even when this process is killed: the kernel is asked to see to it. */
export function startQemu(args: readonly string[]): QemuProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', () => resolve(words.trim()))
  })
  return { pid: child.pid ?? 0, ended, kill: () => child.kill('SIGKILL') }
}
