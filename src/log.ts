export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void
export type Log = Readonly<{ debug: Write; info: Write; warn: Write; error: Write }>

/**
 * The program's log, one JSON object per line, for the service's keeper: not evidence, that is the journal. It goes to
 * standard error unless `write` takes its lines. pino is loaded when wanted, so that commands that only print start
 * without it.
 */
export async function createLog(
  name: string,
  level: LogLevel,
  write: ((line: string) => void) | null = null,
): Promise<Log> {
  const { pino } = await import('pino')
  const destination = write === null ? pino.destination({ dest: 2, sync: true }) : { write }
  const logger = pino({ name, level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}

/** For tests and for commands that print by themselves. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
