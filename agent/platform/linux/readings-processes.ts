import { connect } from 'node:net'
import { join } from 'node:path'
import type { Raw, Reading } from '../../../src/checks/reading.ts'
import { decodeText } from '../decode-text.ts'
import type { ReadLimits } from '../platform.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'
import { readCommand } from './readings-command.ts'
import type { LinuxRoots } from './roots.ts'
import { readSmallFile } from './sysfs.ts'

type CommandReading = Extract<Reading, { kind: 'command' }>

/** What `tanmori-processes@.service` answers, whoever asks; its last line says that `ps` came to its end. */
const answered = '-e -o comm='
const lastLine = 'tanmori-processes: that is all'
const longestName = 64

export function isProcessReading({ program }: CommandReading): boolean {
  return program === 'ps'
}

/**
 * Processes of everybody. The agent's own unit sees none but its own (`ProtectProc=`): there the names come from a unit
 * that can do nothing else. Where neither sees them it fails: a list of a few would pass for the whole.
 */
export async function readProcesses(roots: LinuxRoots, reading: CommandReading, limits: ReadLimits): Promise<Raw> {
  if (seesOthers(roots)) return await readCommand(reading, limits)
  if (reading.args.join(' ') !== answered) return failedRaw('denied', 'ps: processes of others are hidden from here')
  const path = join(roots.run, 'tanmori/processes.sock')
  try {
    const names = parseProcesses(await readSocket(path, limits))
    if (names === null) return failedRaw('failed', `${path}: not told to the end, or not of everybody`)
    return { kind: 'command', stdout: `${names.join('\n')}\n`, stderr: '', code: 0 }
  } catch (error) {
    const { reason, detail } = failedBy(error)
    return failedRaw(reason === 'missing' ? 'denied' : reason, `processes of others are hidden from here; ${detail}`)
  }
}

/** Names, from lines of number and name; null where the end is missing or the first process of the system is. */
export function parseProcesses(text: string): readonly string[] | null {
  const lines = text.trimEnd().split('\n')
  if (lines.pop() !== lastLine) return null
  const processes = lines.flatMap((line) => {
    const [, pid, name = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid, name: name.trim().slice(0, longestName) }]
  })
  return processes.some(({ pid }) => pid === '1') ? processes.map(({ name }) => name) : null
}

/** proc(5), `hidepid`: what is hidden of others is hidden of the first process too, whose name is told to anybody else. */
function seesOthers({ proc }: LinuxRoots): boolean {
  return readSmallFile(join(proc, '1/comm'), longestName) !== null
}

/** All that is said there, within the limits. */
function readSocket(path: string, { timeoutMs, maxBytes, signal }: ReadLimits): Promise<string> {
  const ends = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const socket = connect({ path, signal: ends })
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) socket.destroy(new Error(`${path}: more than ${maxBytes} bytes`))
      else chunks.push(chunk)
    })
    socket.on('end', () => resolve(decodeText(Buffer.concat(chunks))))
  })
}
