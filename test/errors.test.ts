import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes, exitCodeOf, TanmoriError } from '../src/errors.ts'

describe('error codes', () => {
  it('are each explained in src/errors.md, in Japanese and English, and nothing else is', () => {
    const text = readFileSync(join(import.meta.dirname, '../src/errors.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)]
    expect(rows.map((row) => row[1])).toEqual(Object.keys(errorCodes))
    for (const [, , ja, en] of rows) {
      expect(ja).toMatch(/[ぁ-ん]/)
      expect(en).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  it.each([
    ['policy.invalid', 1],
    ['usage', 2],
    ['journal.full', 3],
  ] as const)('%s ends a command with %i', (code, status) => {
    expect(exitCodeOf(new TanmoriError(code, 'x'))).toBe(status)
  })

  it('an error without a code is the environment’s', () => {
    expect(exitCodeOf(new Error('x'))).toBe(3)
  })
})
