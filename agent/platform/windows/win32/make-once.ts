/** Makes it at the first call and gives the same from then on: no library is opened before it is used. */
export function makeOnce<T>(make: () => T): () => T {
  let made: Readonly<{ value: T }> | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
