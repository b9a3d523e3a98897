import { type ChildProcess, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { TanmoriError } from '../../../src/errors.ts'
import { openDescriptor } from './kernel-socket.ts'
import { loadLibc } from './libc.ts'
import { parseMonitorBlock, parseUevent, type Uevent } from './uevent.ts'

/** Where uevents come from. `open` answers at once; `onLost` is called at most once, after which nothing more comes. */
export type UeventSource = Readonly<{ name: string; open(listener: UeventListener): () => void }>
export type UeventListener = Readonly<{ onEvent(uevent: Uevent): void; onLost(reason: string): void }>

/** The socket that systemd bound before the agent started (`ListenNetlink=kobject-uevent 1`): holds events over a restart. */
export function inheritedSource(fd: number): UeventSource {
  return { name: 'kernel uevents (socket of systemd)', open: (listener) => readDatagrams(fd, listener) }
}

const addressFamilyNetlink = 16
const rawNonBlockingCloseOnExec = 3 | 0o4000 | 0o2000000
const kobjectUevent = 15
const kernelGroup = 1
const socketLevel = 1
const receiveBufferForce = 33
const receiveBufferBytes = 64 << 20

/** A socket of the agent's own, by libc. */
export function ownSocketSource(): UeventSource {
  return {
    name: 'kernel uevents (own socket)',
    open(listener) {
      const { functions, pointerTo } = loadLibc()
      const fd = functions.socket(addressFamilyNetlink, rawNonBlockingCloseOnExec, kobjectUevent)
      if (fd < 0)
        throw new TanmoriError('platform.failed', 'socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT) failed')
      const size = Buffer.alloc(4)
      size.writeInt32LE(receiveBufferBytes)
      functions.setsockopt(fd, socketLevel, receiveBufferForce, pointerTo(size), 4) // without CAP_NET_ADMIN the default stays
      const address = Buffer.alloc(12)
      address.writeUInt16LE(addressFamilyNetlink, 0)
      address.writeUInt32LE(kernelGroup, 8)
      if (functions.bind(fd, pointerTo(address), address.length) !== 0) {
        throw new TanmoriError('platform.failed', 'bind() of the uevent socket failed')
      }
      return readDatagrams(fd, listener)
    },
  }
}

const maxBlockBytes = 65_536

/** udev's own monitor as a child process: the most portable, the dearest. */
export function udevadmSource(program = 'udevadm'): UeventSource {
  return {
    name: 'kernel uevents (udevadm)',
    open(listener) {
      const child = spawn(program, ['monitor', '--kernel', '--property'], { stdio: ['ignore', 'pipe', 'ignore'] })
      const lose = once(listener.onLost)
      child.on('error', (error) => lose(error.message))
      child.on('exit', (code) => lose(`udevadm ended with ${code}`))
      readBlocks(child, listener, lose)
      return () => {
        child.removeAllListeners()
        child.kill()
      }
    },
  }
}

function readBlocks(child: ChildProcess, listener: UeventListener, lose: (reason: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += decoder.write(chunk)
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    if (text.length > maxBlockBytes) {
      child.kill()
      lose('udevadm sent a block larger than 64 KiB')
    }
    for (const block of blocks) take(parseMonitorBlock(block), listener)
  })
}

function readDatagrams(fd: number, listener: UeventListener): () => void {
  const stream = openDescriptor(fd)
  const lose = once(listener.onLost)
  stream.on('data', (datagram: Buffer) => take(parseUevent(datagram), listener))
  stream.on('error', (error) => lose(error.message)) // ENOBUFS: the kernel dropped events
  stream.on('close', () => lose('closed'))
  stream.resume()
  return () => {
    stream.removeAllListeners('close')
    stream.destroy()
  }
}

function take(uevent: Uevent | null, listener: UeventListener): void {
  if (uevent !== null) listener.onEvent(uevent)
}

function once(report: (reason: string) => void): (reason: string) => void {
  let isDone = false
  return (reason) => {
    if (isDone) return
    isDone = true
    report(reason)
  }
}
