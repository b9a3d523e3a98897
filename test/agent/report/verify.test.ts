import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../agent/report/build.ts'
import { writeSignedCsv } from '../../../agent/report/signed-csv.ts'
import { writeSignedHtml } from '../../../agent/report/signed-html.ts'
import { sha256Of, writeSignedJson } from '../../../agent/report/signed-json.ts'
import { type ReportForm, type Vouchers, verifyReport } from '../../../agent/report/verify.ts'
import { signedTypes } from '../../../src/protocol/terminal-signature.ts'
import { keyIdOf, signContent } from '../../../src/terminal-key.ts'
import { version } from '../../../src/version.ts'
import { eventOf, inputOf, journalOf, localKey, otherKey, resultOf, standardOf } from './fixture.ts'

const report = buildReport(
  inputOf({
    results: [resultOf('av.definitions', { outcome: 'fail', reason: { ja: '9日前', en: '9 days old' } })],
    standards: [standardOf('osaka')],
    journal: journalOf([eventOf(7, 'media.refused')]),
  }),
)
const forms = {
  json: writeSignedJson(report, localKey),
  html: writeSignedHtml(report, 'ja', localKey),
  csv: writeSignedCsv(report, 'ja', localKey),
} as const satisfies Record<ReportForm, string>

const nobody: Vouchers = { ownKeys: [], caSha256s: [], keyIds: [], version }
const known: Vouchers = { ...nobody, ownKeys: [keyIdOf(localKey.privateKey)] }

function check(text: string, vouchers = known) {
  return verifyReport(Buffer.from(text, 'utf8'), vouchers)
}

describe('a report as it was signed', () => {
  it.each(['json', 'html', 'csv'] as const)('%s is intact, and of a known key', (form) => {
    expect(check(forms[form])).toMatchObject({ form, faults: [], standing: 'this-terminal' })
  })

  it('says what it is a report of, and that its page was written out again', () => {
    expect(check(forms.json).report?.terminal.id).toBe('T-7K2M9QXW4A')
    expect(check(forms.html)).toMatchObject({ rendering: 'same', report: { at: report.at } })
  })

  it('keeps its English page apart from its Japanese one', () => {
    const english = writeSignedHtml(report, 'en', localKey)
    expect(check(english)).toMatchObject({ faults: [], rendering: 'same' })
    expect(check(english.replace('<html lang="en">', '<html lang="ja">')).faults).toContain('altered')
  })

  it('is judged by its signature alone where another version wrote the page', () => {
    expect(check(forms.html, { ...known, version: '9.9.9' })).toMatchObject({ faults: [], rendering: 'other-version' })
  })

  it('never says whose key it is where nobody vouches for it', () => {
    expect(check(forms.html, nobody)).toMatchObject({ faults: [], standing: 'unknown' })
    expect(check(forms.html, { ...nobody, keyIds: [keyIdOf(localKey.privateKey)] }).standing).toBe('named')
  })
})

describe('a report that was altered', () => {
  const b64 = (text: string) => Buffer.from(text).toString('base64')
  const rows: readonly (readonly [string, ReportForm, (text: string) => string])[] = [
    ['a result', 'json', (text) => text.replace('"outcome":"fail"', '"outcome":"pass"')],
    ['white space', 'json', (text) => text.replace('{"report":', '{ "report":')],
    ['the line’s end', 'json', (text) => text.trimEnd()],
    ['a key that was added', 'json', (text) => text.replace('{"report":{', '{"report":{"aaa":1,')],
    ['the signed digest', 'json', (text) => text.replace(/"sha256":"[^"]{8}([^"]*","sig")/, '"sha256":"00000000$1')],
    ['the signature', 'json', (text) => text.replace(/"sig":"..../, '"sig":"MEAA')],
    ['a word that is seen', 'html', (text) => text.replace('不適合の対策 1 件', '不適合の対策 0 件')],
    ['the style that shows it', 'html', (text) => text.replace('</style>', '.fail { display: none }</style>')],
    ['a script that was put in', 'html', (text) => text.replace('</main>', '<script>hide()</script></main>')],
    ['the policy of what it may load', 'html', (text) => text.replace("default-src 'none'", 'default-src *')],
    [
      'the data behind the page',
      'html',
      (text) =>
        text.replace(
          /(id="tanmori-report">".{400})(.)/,
          (_all, head, letter) => `${head}${letter === 'A' ? 'B' : 'A'}`,
        ),
    ],
    ['a comment at its end', 'html', (text) => `${text}<!-- -->`],
    ['a cell', 'csv', (text) => text.replace('9日前', '1日前')],
    ['a row that was left out', 'csv', (text) => text.replace(/媒体・機器,7,[^\r]*\r\n/, '')],
    ['its byte order mark', 'csv', (text) => text.slice(1)],
    ['line ends, as another program saves them', 'csv', (text) => text.replaceAll('\r\n', '\n')],
    ['what was written behind the signature', 'csv', (text) => `${text}x\r\n`],
    ['the half that was cut off', 'html', (text) => text.slice(0, text.length / 2)],
    ['the half that was cut off', 'csv', (text) => text.slice(0, text.length / 2)],
    ['all of it', 'json', () => ''],
  ]
  it.each(rows)('%s (%s) is noticed', (_what, form, alter) => {
    const altered = alter(forms[form])
    expect(altered).not.toBe(forms[form])
    expect(check(altered).faults).not.toEqual([])
  })

  it.each(['json', 'html', 'csv'] as const)('no byte of %s can be changed unnoticed', (form) => {
    const bytes = Buffer.from(forms[form], 'utf8')
    const step = Math.max(1, Math.floor(bytes.length / 150))
    const ends = Array.from({ length: 120 }, (_, index) => bytes.length - 1 - index)
    for (const at of [...Array.from({ length: 150 }, (_, index) => index * step), ...ends]) {
      const altered = Buffer.from(bytes)
      altered[at] = (altered[at] ?? 0) ^ 1
      const { faults, standing } = verifyReport(altered, known)
      expect({ at, isNoticed: faults.length > 0 || standing === 'unknown' }).toEqual({ at, isNoticed: true })
    }
  })

  it('and signed anew with another key is of nobody known', () => {
    const forged = writeSignedHtml(
      { ...report, key: { ...report.key, keyId: keyIdOf(otherKey.privateKey) } },
      'ja',
      otherKey,
    )
    expect(check(forged)).toMatchObject({ faults: [], standing: 'unknown' })
  })

  it('and signed anew while it still names the former key is told', () => {
    expect(check(writeSignedJson(report, otherKey)).faults).toContain('other-terminal')
  })

  it('by whoever holds a key, so that the page says something else than its data', () => {
    const lied = forms.html.replace('不適合の対策 1 件', '不適合の対策 0 件')
    const at = lied.lastIndexOf('<script type="application/json" id="tanmori-signature">')
    const content = lied.slice(0, at)
    const signature = JSON.stringify(signContent(localKey, signedTypes.html, sha256Of(content)))
    const file = `${content}<script type="application/json" id="tanmori-signature">"${b64(signature)}"</script>\n</body>\n</html>\n`
    expect(check(file)).toMatchObject({ faults: ['rendering'], rendering: 'differs' })
  })
})

it('a file of another kind is no report', () => {
  for (const text of ['', 'hello', '{}', '<!DOCTYPE html>\n<p>', '\ufeffa,b\r\n']) {
    expect(check(text).faults).toEqual(['not-a-report'])
  }
  expect(verifyReport(Buffer.from([0xff, 0xfe, 0x7b]), known).faults).toEqual(['not-a-report'])
})
