import { TanmoriError } from '../../../src/errors.ts'
import { openDescriptor } from './kernel-socket.ts'
import { loadLibc } from './libc.ts'

/** inotify(7): what is asked for and what comes. */
export const inotifyBits = {
  access: 0x1,
  closeWrite: 0x8,
  closeNoWrite: 0x10,
  movedTo: 0x80,
  create: 0x100,
  unmount: 0x2000,
  overflow: 0x4000,
  ignored: 0x8000,
  onlyFolders: 0x0100_0000,
  dontFollow: 0x0200_0000,
  isFolder: 0x4000_0000,
} as const

export type InotifyEvent = Readonly<{ watch: number; mask: number; name: string }>

export type Inotify = Readonly<{
  /** The number by which events name the folder; null where it is gone or may not be read. */
  add(folder: string, mask: number): number | null
  close(): void
}>

const nonBlockingCloseOnExec = 0o4000 | 0o2000000
const headerBytes = 16

/** The kernel's notices about single folders. `fs.watch` tells of no reads, which are half of what is wanted here. */
export function openInotify(
  onEvents: (events: readonly InotifyEvent[]) => void,
  onLost: (reason: string) => void,
): Inotify {
  const { functions } = loadLibc()
  const fd = functions.inotify_init1(nonBlockingCloseOnExec)
  if (fd < 0)
    throw new TanmoriError('platform.failed', 'inotify_init1() failed: fs.inotify.max_user_instances may be used up')
  const stream = openDescriptor(fd)
  stream.on('data', (bytes: Buffer) => onEvents(parseInotify(bytes)))
  stream.on('error', (error) => onLost(error.message))
  stream.resume()
  return {
    add(folder, mask) {
      const watch = functions.inotify_add_watch(fd, folder, mask)
      return watch < 0 ? null : watch
    },
    close: () => void stream.destroy(),
  }
}

/** One read() gives whole events: watch, mask, cookie, length of the name, name padded with zero bytes. */
export function parseInotify(bytes: Buffer): readonly InotifyEvent[] {
  const events: InotifyEvent[] = []
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 12)
    const name = bytes.subarray(at + headerBytes, at + headerBytes + length)
    const end = name.indexOf(0)
    events.push({
      watch: bytes.readInt32LE(at),
      mask: bytes.readUInt32LE(at + 4),
      name: name.subarray(0, end < 0 ? name.length : end).toString('utf8'),
    })
    at += headerBytes + length
  }
  return events
}
