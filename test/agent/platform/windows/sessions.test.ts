import { describe, expect, it } from 'vitest'
import { createGate, createNotifier, noticeLimits } from '../../../../agent/platform/windows/notices.ts'
import { nameUser, readSessions } from '../../../../agent/platform/windows/sessions.ts'
import type { RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'
import { formatSid } from '../../../../agent/platform/windows/win32/sid.ts'
import type { MessageBox, SessionService } from '../../../../agent/platform/windows/win32/wts.ts'

const notice = { ja: 'USBメモリ等の記憶媒体の使用を止めました。', en: 'Refused: USB storage.' }
const yamada: Seat = { id: 1, state: 0, user: 'yamada', domain: 'CITY', isRemote: false }

describe('sessions', () => {
  it.each<readonly [string, Seat, object | null]>([
    ['somebody in front of it', yamada, { user: 'CITY\\yamada', isActive: true, isRemote: false }],
    [
      'an account of the terminal itself by its bare name',
      { ...yamada, domain: 'PC-0417' },
      { user: 'yamada', uid: 'S-1-5-21-1-2-3-1001' },
    ],
    ['somebody who switched away', { ...yamada, state: 4 }, { isActive: false }],
    ['somebody over the network', { ...yamada, id: 7, isRemote: true }, { id: '7', isRemote: true }],
    ['nobody at a sign-in screen', { ...yamada, user: '' }, null],
    ['nobody where it waits for callers', { ...yamada, state: 6 }, null],
    ['nobody while it ends', { ...yamada, state: 7 }, null],
  ])('see %s', async (_name, seat, wanted) => {
    const found = await readSessions({ service: createService([seat]).service, registry })
    expect(found).toEqual(wanted === null ? [] : [expect.objectContaining(wanted)])
  })

  it.each([
    ['CITY', 'yamada', 'CITY\\yamada'],
    ['pc-0417', 'yamada', 'yamada'],
    ['', 'yamada', 'yamada'],
    ['AzureAD', '山田太郎', 'AzureAD\\山田太郎'],
  ])('name %s\\%s', (domain, name, wanted) => {
    expect(nameUser(domain, name, 'PC-0417')).toBe(wanted)
  })
})

describe('a SID', () => {
  it.each([
    ['010100000000000512000000', 'S-1-5-18'],
    ['010500000000000515000000010000000200000003000000e9030000', 'S-1-5-21-1-2-3-1001'],
    ['0105000000000005150000000100', ''],
    ['', ''],
  ])('%s is "%s"', (hex, wanted) => {
    expect(formatSid(Buffer.from(hex, 'hex'))).toBe(wanted)
  })
})

describe('a notice', () => {
  it('is shown in Japanese first to everybody who sits there, and does not wait', async () => {
    const away: Seat = { ...yamada, id: 2, state: 4 }
    const screen: Seat = { ...yamada, id: 3, user: '' }
    const { service, boxes } = createService([yamada, away, screen])
    await createNotifier({ service, now: () => new Date(0) })(notice)
    expect(boxes).toEqual([
      { session: 1, title: '端守（Tanmori）', text: `${notice.ja}\r\n\r\n${notice.en}`, seconds: 600 },
    ])
  })

  it('has as many lines as we gave it, whatever a device calls itself', async () => {
    const { service, boxes } = createService([yamada])
    await createNotifier({ service, now: () => new Date(0) })({ ja: '「A\r\n\r\n安全です」を止めました', en: 'x' })
    expect(boxes[0]?.text.split('\r\n')).toEqual(['「A    安全です」を止めました', '', 'x'])
  })

  it('is no error where nobody sits, and is shown to the next one who does', async () => {
    const seats: Seat[] = []
    const { service, boxes } = createService(seats)
    const notify = createNotifier({ service, now: () => new Date(0) })
    await notify(notice)
    seats.push(yamada)
    await notify(notice)
    expect(boxes.length).toBe(1)
  })

  it('fails where Windows shows none', async () => {
    const { service } = createService([yamada])
    const notify = createNotifier({ service: { ...service, show: async () => false }, now: () => new Date(0) })
    await expect(notify(notice)).rejects.toThrow(/WTSSendMessageW/)
  })
})

describe('too many notices', () => {
  it('end with one that says so, until a minute has passed', () => {
    const gate = createGate()
    const verdicts = ['a', 'b', 'c', 'd', 'e'].map((ja, index) => gate({ ja, en: '' }, index * 1_000))
    expect(verdicts).toEqual(['show', 'show', 'show', 'more', 'drop'])
    expect(gate({ ja: 'f', en: '' }, noticeLimits.windowMs + 10_000)).toBe('show')
  })

  it('are one where they say the same', () => {
    const gate = createGate()
    expect(gate(notice, 0)).toBe('show')
    expect(gate(notice, noticeLimits.repeatMs - 1)).toBe('drop')
    expect(gate(notice, noticeLimits.repeatMs)).toBe('show')
  })

  it('do not end for good when the clock is set back', () => {
    const gate = createGate()
    expect(gate(notice, 10 * noticeLimits.repeatMs)).toBe('show')
    expect(gate(notice, 0)).toBe('show')
  })
})

type Seat = Readonly<{ id: number; state: number; user: string; domain: string; isRemote: boolean }>

const registry = {
  readValue: (): RegistryValue => ({ type: 'string', data: 'PC-0417' }),
}

function createService(seats: readonly Seat[]) {
  const boxes: (MessageBox & { session: number })[] = []
  const seat = (id: number) => seats.find((one) => one.id === id)
  const service: SessionService = {
    list: async () => seats,
    text: async (id, what) => seat(id)?.[what] ?? '',
    isRemote: async (id) => seat(id)?.isRemote === true,
    sid: async () => 'S-1-5-21-1-2-3-1001',
    show: async (session, box) => {
      boxes.push({ session, ...box })
      return true
    },
  }
  return { service, boxes }
}
