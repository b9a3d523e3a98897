import { config } from 'zod'

/**
 * zod compiles its parsers with `new Function` where it may, and tries that once to find out. Under the center's
 * Content-Security-Policy the mere try is reported as a violation, so it is told beforehand. Must be imported before
 * any file that builds a schema.
 */
config({ jitless: true })
