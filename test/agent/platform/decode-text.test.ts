import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../agent/platform/decode-text.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/checks/windows')

describe('text of other programs', () => {
  it('in code page 932 keeps half-width kana and private-use characters (外字)', () => {
    const text = decodeText(readFileSync(join(fixtures, 'uninstall-cp932.reg')))
    expect(text).toContain('"DisplayName"="ﾎｾﾞﾛ財務会計"')
    expect(text).toContain('"Publisher"="株式会社\ue000電算"')
  })

  it.each([
    ['UTF-16 with its mark, as reg export writes', Buffer.from('\ufeff税務課 ﾎｾﾞﾛ', 'utf16le')],
    ['UTF-8 with its mark', Buffer.from('\ufeff税務課 ﾎｾﾞﾛ')],
    ['UTF-8', Buffer.from('税務課 ﾎｾﾞﾛ')],
  ])('in %s', (_sentence, bytes) => {
    expect(decodeText(bytes)).toBe('税務課 ﾎｾﾞﾛ')
  })

  it('in no encoding at all is still text, so that the parser can say that it was not understood', () => {
    expect(decodeText(Uint8Array.of(0xff, 0xff, 0x80))).toEqual(expect.any(String))
  })
})
