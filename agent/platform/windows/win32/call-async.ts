/** A function of koffi that can be called on another thread. */
export type AsyncCallable = Readonly<{ async: (...args: never[]) => unknown }>

/**
 * Calls on one of the pool's threads: what asks another process may take long or hang. The arguments stay referenced
 * until the call has ended. `GetLastError` is another thread's then and says nothing.
 */
export function callAsync(callable: AsyncCallable, ...args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, result: unknown) => {
      if (error === null || error === undefined) resolve(result)
      else reject(error instanceof Error ? error : new Error(String(error)))
    }
    Reflect.apply(callable.async, callable, [...args, done])
  })
}

const inUse = new Set<unknown>()

/** Keeps memory that is pointed at from within other memory, which koffi cannot see, until `run` has ended. */
export async function whileHeld<T>(memory: unknown, run: () => Promise<T>): Promise<T> {
  const held = { memory }
  inUse.add(held)
  try {
    return await run()
  } finally {
    inUse.delete(held)
  }
}
