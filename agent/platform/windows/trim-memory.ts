import { loadSystemLibrary } from './win32/library.ts'

/** HeapOptimizeResources with HEAP_OPTIMIZE_RESOURCES_INFORMATION version 1 ("HeapSetInformation function"). */
const optimizeResources = 3
const optimizeVersion1 = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
const allHeaps = 0

let trim: (() => void) | null = null

/**
 * Heaps give back what was freed, then the working set is emptied ("EmptyWorkingSet function"): what is used again comes
 * back from memory that stands by, without the disk.
 */
export function trimMemory(): void {
  trim ??= loadTrim()
  trim()
}

function loadTrim(): () => void {
  try {
    const kernel = loadSystemLibrary('kernel32')
    const setHeap: (heap: number, what: number, data: Buffer, size: number) => number = kernel.func(
      'int __stdcall HeapSetInformation(uintptr_t heap, int what, void *data, size_t size)',
    )
    const currentProcess: () => bigint | number = kernel.func('uintptr_t __stdcall GetCurrentProcess()')
    const emptySet: (process: bigint | number) => number = kernel.func(
      'int __stdcall K32EmptyWorkingSet(uintptr_t process)',
    )
    return () => {
      setHeap(allHeaps, optimizeResources, optimizeVersion1, optimizeVersion1.length)
      emptySet(currentProcess())
    }
  } catch {
    return () => undefined // what was freed is kept for the next use
  }
}
