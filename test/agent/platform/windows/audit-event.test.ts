import { describe, expect, it } from 'vitest'
import { findOnVolume, parseAuditEvent } from '../../../../agent/platform/windows/audit-event.ts'

/** As learn.microsoft.com "4663(S): An attempt was made to access an object" shows it, with an object on a stick. */
function event(
  changes: Partial<Record<'id' | 'object' | 'mask' | 'user' | 'domain' | 'process', string>> = {},
): string {
  const { id = '4663', object = '\\Device\\HarddiskVolume5\\名簿 &amp; 写し.xlsx', mask = '0x1' } = changes
  const { user = 'yamada', domain = 'CITY', process = '0x1a4c' } = changes
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-a5ba-3e3b0328c30d}"/><EventID>${id}</EventID><Task>12812</Task></System><EventData><Data Name="SubjectUserSid">S-1-5-21-1</Data><Data Name="SubjectUserName">${user}</Data><Data Name="SubjectDomainName">${domain}</Data><Data Name="ObjectType">File</Data><Data Name="ObjectName">${object}</Data><Data Name="AccessList">%%4416</Data><Data Name="AccessMask">${mask}</Data><Data Name="ProcessId">${process}</Data></EventData></Event>`
}

describe('an audit event of removable storage', () => {
  it('says who read which file', () => {
    expect(parseAuditEvent(event())).toEqual({
      object: '\\Device\\HarddiskVolume5\\名簿 & 写し.xlsx',
      user: 'CITY\\yamada',
      processId: 0x1a4c,
      isRead: true,
    })
  })

  it.each<[string, string, object | null]>([
    ['that writes is no reading', event({ mask: '0x2' }), { isRead: false }],
    ['that reads and writes is both', event({ mask: '0x3' }), { isRead: true }],
    ['of a local account has its bare name', event({ domain: '' }), { user: 'yamada' }],
    ['of another kind is none', event({ id: '4656' }), null],
    ['about a registry key is none', event({ object: '\\REGISTRY\\MACHINE\\SOFTWARE' }), null],
    ['with a mask that is no number is none', event({ mask: 'ReadData' }), null],
    ['that is no event is none', '<Event/>', null],
  ])('%s', (_, xml, wanted) => {
    const parsed = parseAuditEvent(xml)
    if (wanted === null) expect(parsed).toBeNull()
    else expect(parsed).toMatchObject(wanted)
  })
})

describe('where a file lies', () => {
  const devices = new Map([
    ['E:\\', '\\Device\\HarddiskVolume5'],
    ['F:\\', '\\Device\\HarddiskVolume51'],
    ['G:\\', ''],
  ])

  it.each<[string, string, object | null]>([
    ['on a drive', '\\Device\\HarddiskVolume5\\a\\b.txt', { root: 'E:\\', path: 'E:\\a\\b.txt' }],
    ['on one whose name begins alike', '\\Device\\HarddiskVolume51\\b.txt', { root: 'F:\\', path: 'F:\\b.txt' }],
    ['on none of these', '\\Device\\HarddiskVolume3\\b.txt', null],
  ])('%s', (_, object, wanted) => {
    expect(findOnVolume(object, devices)).toEqual(wanted)
  })
})
