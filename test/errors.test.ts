import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorTexts, formatError } from '../src/error-texts.ts'
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
    expect(rows.map(([, code, ja, en]) => [code, { ja, en }])).toEqual(Object.entries(errorTexts))
  })

  it.each([
    ['policy.invalid', 1],
    ['usage', 2],
    ['journal.full', 3],
  ] as const)('%s ends a command with %i', (code, status) => {
    expect(exitCodeOf(new TanmoriError(code, 'x'))).toBe(status)
  })

  it.each([
    [
      'ja',
      new TanmoriError('policy.version-not-higher', 'policy P-1: wanted a version above 4\ncame 3'),
      'エラー [policy.version-not-higher] 適用中の版より新しくありません。版を上げて署名し直してください。\n  詳細: policy P-1: wanted a version above 4\n  came 3',
    ],
    ['ja', new Error('EIO'), 'エラー [platform.failed] 予期しないエラーです。\n  詳細: EIO'],
    ['en', new TanmoriError('not-running', 'nobody listens'), 'error [not-running] nobody listens'],
    ['en', 'thrown', 'error [platform.failed] thrown'],
  ] as const)('in %s it is told to a person with what it means and what exactly came', (language, error, text) => {
    expect(formatError(error, 'platform.failed', language)).toBe(text)
  })

  it('an error without a code is the environment’s', () => {
    expect(exitCodeOf(new Error('x'))).toBe(3)
  })
})
