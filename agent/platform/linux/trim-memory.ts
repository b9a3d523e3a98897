let trim: (() => void) | null = null

/**
 * malloc_trim(3): glibc keeps what was freed for the next use, and reading the checks leaves several megabytes of it in
 * small pieces. Does nothing under another libc, which has no such call.
 */
export function trimMemory(): void {
  trim ??= loadTrim()
  trim()
}

function loadTrim(): () => void {
  try {
    const ffi = process.getBuiltinModule('node:ffi')
    const opened = ffi?.dlopen('libc.so.6', { malloc_trim: { arguments: ['u64'], return: 'i32' } })
    return () => void opened?.functions.malloc_trim(0n)
  } catch {
    return () => undefined // what was freed is kept for the next use
  }
}
