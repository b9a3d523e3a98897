import { describe, expect, it } from 'vitest'
import { parsePolicyYaml } from '../../src/policy/parse.ts'
import { errorOf } from '../error-of.ts'

const head = `schema: tanmori.policy/1
id: town
title: { ja: 町, en: Town }
version: 1
validFrom: 2026-04-01T00:00:00+09:00
expires: 2027-03-31T23:59:59+09:00
appliesTo:
  zones: [mynumber]
mode: enforce
`

function issuesOf(text: string | Uint8Array): unknown {
  const error = refusalOf(text)
  return error.details.issues
}

function refusalOf(text: string | Uint8Array) {
  return errorOf(() => parsePolicyYaml(text, 'town.yaml'))
}

describe('parsePolicyYaml', () => {
  it('fills what the author left out', () => {
    expect(parsePolicyYaml(head, 'town.yaml')).toMatchObject({
      media: { classes: { 'mass-storage': 'block' }, carryRecord: true },
      devices: { classes: { network: 'block', printer: 'read-write' } },
      antivirus: { definitionsMaxAgeDays: { default: 3, internet: 1 } },
      checks: { intervalMinutes: 60, budget: { cpuSeconds: 3 } },
    })
  })

  const rows = [
    {
      name: 'an unknown key, with the one that was probably meant',
      text: `${head}media:\n  clases:\n    optical: block\n`,
      issue: {
        line: 11,
        column: 3,
        key: 'media.clases',
        came: expect.stringContaining('did you mean "clauses" or "classes"?'),
      },
    },
    {
      name: 'an unknown key at the top',
      text: `${head}medai: {}\n`,
      issue: { line: 10, column: 1, key: 'medai', came: expect.stringContaining('did you mean "media"?') },
    },
    {
      name: 'an unknown key in an entry of a list',
      text: `${head}media:\n  registered:\n    - { id: M-1, lable: x, label: y, access: read-only, match: { serial: A } }\n`,
      issue: { line: 12, key: 'media.registered[0].lable', came: expect.stringContaining('did you mean "label"?') },
    },
    {
      name: 'a value outside the list',
      text: `${head}media:\n  classes:\n    optical: readonly\n`,
      issue: {
        line: 12,
        column: 14,
        key: 'media.classes.optical',
        wanted: 'one of block, read-only, read-write',
        came: '"readonly"',
      },
    },
    {
      name: 'digits that YAML reads as a number',
      text: `${head}media:\n  registered:\n    - id: M-1\n      label: x\n      access: read-only\n      match: { vendorId: 0781, productId: "5581", serial: A }\n`,
      issue: { line: 15, key: 'media.registered[0].match.vendorId', wanted: expect.stringContaining('in quotes') },
    },
    {
      name: 'a key twice',
      text: `${head}mode: observe\n`,
      issue: { line: 10, column: 1, wanted: 'every key once' },
    },
    {
      name: 'a tab as indentation',
      text: `${head}media:\n\tclasses: {}\n`,
      issue: { line: 11, wanted: 'spaces for indentation' },
    },
    {
      name: 'a tag',
      text: `${head}contact: !js { ja: x, en: x }\n`,
      issue: { line: 10, wanted: 'plain values without tags' },
    },
    {
      name: 'a bracket that is never closed',
      text: head.replace('[mynumber]', '[mynumber'),
      issue: { line: 9, key: '' },
    },
    {
      name: 'a date without its offset',
      text: head.replace('2027-03-31T23:59:59+09:00', '2027-03-31'),
      issue: { line: 6, column: 10, key: 'expires', wanted: expect.stringContaining('date and time with its offset') },
    },
    {
      name: 'an end before the beginning',
      text: head.replace('2027-03-31', '2025-03-31'),
      issue: { line: 6, key: 'expires', wanted: expect.stringContaining('after validFrom') },
    },
    {
      name: 'a mode for a control that does not exist',
      text: `${head}modes:\n  media.blok: observe\n`,
      issue: { line: 11, key: 'modes.media.blok', wanted: 'the id of a control' },
    },
    {
      name: 'one identity for two media of the ledger',
      text: `${head}media:
  registered:
    - { id: M-1, label: a, access: read-only, match: { vendorId: "0781", productId: "5581", serial: A } }
    - { id: M-2, label: b, access: read-only, match: { serial: A } }
`,
      issue: { line: 13, key: 'media.registered[1].match', wanted: expect.stringContaining('M-1 and M-2') },
    },
    {
      name: 'one id for two media of the ledger',
      text: `${head}media:
  registered:
    - { id: M-1, label: a, access: read-only, match: { serial: A } }
    - { id: M-1, label: b, access: read-only, match: { serial: B } }
`,
      issue: { line: 13, column: 13, key: 'media.registered[1].id', came: '"M-1"' },
    },
    {
      name: 'a medium that only its product identifies',
      text: `${head}media:\n  registered:\n    - { id: M-1, label: a, access: read-only, match: { vendorId: "0781", productId: "5581" } }\n`,
      issue: { line: 12, key: 'media.registered[0].match', wanted: expect.stringContaining('a serial or a volume') },
    },
    {
      name: 'a class that no policy can block',
      text: `${head}devices:\n  classes:\n    input: block\n`,
      issue: { line: 12, key: 'devices.classes.input', came: expect.stringContaining('unknown key "input"') },
    },
  ]

  it.each(rows)('refuses $name, at its place', ({ text, issue }) => {
    expect(refusalOf(text).code).toBe('policy.invalid')
    expect(issuesOf(text)).toContainEqual(expect.objectContaining({ file: 'town.yaml', ...issue }))
  })

  it('tells all that is wrong at once, in lines that an editor can follow', () => {
    const text = head.replace('version: 1', 'version: one').replace('mode: enforce', 'mode: strict')
    expect(refusalOf(text).message.split('\n')).toEqual([
      'town.yaml:4:10: version: wanted a number, came "one"',
      'town.yaml:9:7: mode: wanted one of observe, enforce, came "strict"',
    ])
  })

  it('says where a missing key belongs', () => {
    expect(issuesOf(head.replace(/version: 1\n/, ''))).toEqual([
      { file: 'town.yaml', line: 1, column: 1, key: 'version', wanted: 'a number', came: 'nothing' },
    ])
  })

  const aliases = Array.from({ length: 12 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(10)}]`).join('\n')
  it.each([
    { name: 'an empty file', source: '', code: 'policy.unreadable' },
    { name: 'a file of blanks', source: '\n  \n', code: 'policy.unreadable' },
    { name: 'a file of 10 MB', source: new Uint8Array(10_000_000), code: 'policy.too-large' },
    { name: 'Shift_JIS', source: new Uint8Array([0x92, 0x86, 0x8f, 0xea]), code: 'policy.unreadable' },
    { name: 'nesting without end', source: '['.repeat(200_000), code: 'policy.invalid' },
    { name: 'two documents', source: `${head}---\n${head}`, code: 'policy.invalid' },
    { name: 'a bomb of aliases', source: `x0: &x0 [a]\n${aliases}\n`, code: 'policy.invalid' },
    { name: 'a list', source: '- a\n', code: 'policy.invalid' },
  ])('refuses $name', ({ source, code }) => {
    expect(refusalOf(source)).toMatchObject({ code, message: expect.stringContaining('town.yaml') })
  })
})
