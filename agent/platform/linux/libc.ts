import { TanmoriError } from '../../../src/errors.ts'

/** libc through node:ffi, loaded once and only where it is needed. */
export function loadLibc() {
  const ffi = process.getBuiltinModule('node:ffi')
  if (ffi === undefined) throw new TanmoriError('platform.unsupported', 'this Node has no node:ffi')
  const { functions } = ffi.dlopen('libc.so.6', {
    socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
    setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
    inotify_init1: { arguments: ['i32'], return: 'i32' },
    inotify_add_watch: { arguments: ['i32', 'string', 'u32'], return: 'i32' },
    inotify_rm_watch: { arguments: ['i32', 'i32'], return: 'i32' },
  })
  return { functions, pointerTo: (bytes: Buffer) => ffi.getRawPointer(bytes) }
}

export type Libc = ReturnType<typeof loadLibc>
