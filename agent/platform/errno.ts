/** `ENOENT` and the like; `unknown` for what is no error of the system. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
