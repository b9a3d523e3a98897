import { Socket } from 'node:net'
import { TanmoriError } from '../../../src/errors.ts'

/**
 * A readable stream over a file descriptor that libuv can poll but Node has no class for: a netlink socket, an inotify
 * queue. Each `data` is what one read() gave. `net.Socket({ fd })` refuses these kinds, so the handle is made by hand
 * (`process.binding` is deprecated; no other way without an addon).
 */
export function openDescriptor(fd: number): Socket {
  const binding = bindingOf('pipe_wrap')
  const kinds = fieldOf(binding, 'constants')
  const Pipe = fieldOf(binding, 'Pipe')
  if (typeof Pipe !== 'function') throw unsupported('no Pipe')
  const handle: unknown = Reflect.construct(Pipe, [fieldOf(kinds, 'SOCKET')])
  const open = fieldOf(handle, 'open')
  if (typeof open !== 'function') throw unsupported('no open()')
  const result: unknown = Reflect.apply(open, handle, [fd])
  if (typeof result === 'number' && result !== 0) throw unsupported(`open(${fd}) gave ${result}`)
  const stream: Socket = Reflect.construct(Socket, [{ handle, readable: true, writable: false }])
  return stream
}

function bindingOf(name: string): unknown {
  const binding = fieldOf(process, 'binding')
  if (typeof binding !== 'function') throw unsupported('no process.binding')
  return Reflect.apply(binding, process, [name])
}

function fieldOf(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) throw unsupported(`no ${name}`)
  return Reflect.get(value, name)
}

function unsupported(detail: string): TanmoriError {
  return new TanmoriError('platform.unsupported', `this Node cannot poll a kernel descriptor: ${detail}`)
}
