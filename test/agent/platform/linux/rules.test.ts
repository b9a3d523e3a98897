import { describe, expect, it } from 'vitest'
import { formatDefaultRules, formatLateRules, neverBlockableLine } from '../../../../agent/platform/linux/rules.ts'
import { usbClassTable } from '../../../../agent/platform/usb-class.ts'
import { type Access, type BlockableClass, blockableClasses } from '../../../../src/policy/device.ts'
import { allClasses } from '../../../policy/classes.ts'

describe('formatDefaultRules', () => {
  it.each(everyKindOfPolicy())(
    'never without keyboards, hubs and card readers, and before any class: %s',
    (_title, classes) => {
      const lines = formatDefaultRules(classes).split('\n')
      const start = lines.indexOf('LABEL="tanmori_usb"')
      const never = lines.indexOf(neverBlockableLine)
      const firstClass = lines.findIndex((line, index) => index > never && line.startsWith('ATTR{bInterfaceClass}=='))
      expect(start).toBeGreaterThan(0)
      // the two rules about devices, the guard for what is no interface, and then at once the never-blockable set
      expect(never).toBe(start + 4)
      expect(firstClass).toBe(never + 1)
      expect(lines.indexOf('LABEL="tanmori_open"')).toBeGreaterThan(never)
    },
  )

  it.each(everyKindOfPolicy())('opens a class exactly where it gives access: %s', (_title, classes) => {
    for (const line of usbClassTable) {
      if (line.class === 'input' || line.class === 'hub' || line.class === 'smart-card') continue
      const access = classes[line.class]
      const isHeldByRules = line.class === 'mass-storage' || line.class === 'optical'
      const isOpen = access === 'read-write' || (access === 'read-only' && isHeldByRules)
      expect(targetOf(formatDefaultRules(classes), line)).toBe(isOpen ? 'tanmori_open' : 'tanmori_end')
    }
  })

  it.each(everyKindOfPolicy())('runs no program but blockdev --setro: %s', (_title, classes) => {
    const text = formatDefaultRules(classes) + formatLateRules(classes)
    const programs = [...text.matchAll(/(?:RUN|PROGRAM|IMPORT)[^,\n]*/g)].map(([match]) => match)
    expect(programs.filter((program) => program !== 'RUN+="/sbin/blockdev --setro $devnode"')).toEqual([])
  })

  it.each(everyKindOfPolicy())('jumps only forward to labels that are there: %s', (_title, classes) => {
    for (const text of [formatDefaultRules(classes), formatLateRules(classes)]) {
      const lines = text.split('\n')
      for (const [index, line] of lines.entries()) {
        for (const [, label] of line.matchAll(/GOTO="(\w+)"/g)) {
          expect(lines.indexOf(`LABEL="${label}"`), line).toBeGreaterThan(index)
        }
      }
    }
  })

  it('leaves soldered eMMC alone, whatever becomes of cards', () => {
    for (const [, classes] of everyKindOfPolicy()) {
      expect(formatDefaultRules(classes)).toContain(
        'ATTR{type}!="SD", ACTION=="add", ATTR{[subsystem/mmc]drivers_probe}="%k"',
      )
    }
  })

  it('holds every node read-only that is not marked, where sticks are blocked or read-only', () => {
    for (const access of ['block', 'read-only'] as const) {
      expect(formatDefaultRules({ ...allClasses('block'), 'mass-storage': access })).toContain(
        'TEST!="/run/tanmori/write/$id", RUN+="/sbin/blockdev --setro $devnode"',
      )
    }
  })

  it('binds no card by itself where cards are blocked', () => {
    expect(formatDefaultRules(allClasses('block'))).toContain('ATTR{[subsystem/mmc]drivers_autoprobe}="0"')
    expect(formatDefaultRules({ ...allClasses('block'), 'sd-card': 'read-only' })).toContain('drivers_autoprobe}="1"')
  })
})

function targetOf(text: string, line: (typeof usbClassTable)[number]): string | undefined {
  const wanted = [
    `ATTR{bInterfaceClass}=="${line.base}"`,
    ...(line.sub === undefined ? [] : [`ATTR{bInterfaceSubClass}=="${line.sub}"`]),
    ...(line.protocol === undefined ? [] : [`ATTR{bInterfaceProtocol}=="${line.protocol}"`]),
    ...(line.name === undefined ? [] : [`ATTR{interface}=="*${line.name}*"`]),
  ].join(', ')
  return new RegExp(`^${wanted.replaceAll(/[[\]{}*+?.]/g, '\\$&')}, GOTO="(\\w+)"$`, 'm').exec(text)?.[1]
}

function everyKindOfPolicy(): [string, Record<BlockableClass, Access>][] {
  return [
    ['all blocked', allClasses('block')],
    ['all read-only', allClasses('read-only')],
    ['all open', allClasses('read-write')],
    ...blockableClasses.flatMap((name): [string, Record<BlockableClass, Access>][] => [
      [`${name} open`, { ...allClasses('block'), [name]: 'read-write' }],
      [`${name} blocked`, { ...allClasses('read-write'), [name]: 'block' }],
    ]),
  ]
}
