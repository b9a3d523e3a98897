import { join } from 'node:path'

/** Where the tests' own build of the pages lies. */
export const pagesDir = join(import.meta.dirname, '../../.cache/browser-test-pages')
