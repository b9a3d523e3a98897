import { describe, expect, it } from 'vitest'
import { deviceAllowlist } from '../../src/checks/device.allowlist.ts'
import type { Access, DeviceClass } from '../../src/policy/device.ts'
import type { PluggedDevice } from '../../src/protocol/messages.ts'
import { judgeRaws, lost } from './one-check.ts'

type Fn = Readonly<{ class: DeviceClass; access: Access; wouldBe?: Access; mode?: 'observe' | 'enforce' }>

function plugged(observed: string, ...fns: Fn[]): PluggedDevice {
  return {
    device: {
      key: '1-2',
      bus: 'usb',
      vendorId: '04e8',
      productId: '6863',
      serial: 'R58M1',
      vendor: 'SAMSUNG',
      product: 'Galaxy',
      functions: fns.map((fn, index) => ({ key: `1-2:1.${index}`, class: fn.class })),
    },
    verdicts: fns.map(({ class: name, access, wouldBe = access, mode = 'enforce' }) => ({
      access,
      wouldBe,
      reason: 'class-default',
      ruleId: `devices.classes.${name}`,
      control: 'device.allowlist',
      class: name,
      policyId: 'town',
      policyVersion: 1,
      mode,
    })),
    observed,
    since: '2026-11-21T00:00:00Z',
  }
}

function judged(...devices: PluggedDevice[]) {
  return judgeRaws(deviceAllowlist, { devices: { kind: 'agent', value: devices } })
}

/** `observed` as the guard writes it: one part for each function. */
const closed = 'closed, no driver, no block node'
const label = 'SAMSUNG Galaxy 04e8:6863、製造番号 R58M1'

describe('device.allowlist', () => {
  it.each([
    ['nothing is plugged in', [], 'pass', '接続中の機器はありません'],
    [
      'a phone is closed',
      [plugged(closed, { class: 'network', access: 'block' })],
      'pass',
      '接続中の機器1台に、規則に反して使えるものはありません',
    ],
    [
      'a printer is permitted',
      [plugged('open, driver usblp, no block node', { class: 'printer', access: 'read-write' })],
      'pass',
      '規則に反して使えるものはありません',
    ],
    [
      'a phone that should be closed has its driver',
      [plugged('open, driver rndis_host, no block node', { class: 'network', access: 'block' })],
      'fail',
      `使用を認めていない外付けの通信機器（テザリングを含む）が、止められずに使える状態です: ${label}（規則 devices.classes.network）`,
    ],
    [
      'a closed function still has its block node',
      [plugged('closed, no driver, sdb rw', { class: 'mass-storage', access: 'block' })],
      'fail',
      'が、止められずに使える状態です',
    ],
    [
      'the policy only observes: it would be refused',
      [
        plugged('open, driver rndis_host, no block node', {
          class: 'network',
          access: 'read-write',
          wouldBe: 'block',
          mode: 'observe',
        }),
      ],
      'fail',
      `使用を認めていない外付けの通信機器（テザリングを含む）が接続され、使える状態です（記録のみ）: ${label}（規則 devices.classes.network）`,
    ],
    [
      'a read-only medium is read-only',
      [plugged('open, driver usb-storage, sdb ro', { class: 'mass-storage', access: 'read-only' })],
      'pass',
      '',
    ],
    [
      'a read-only medium can be written to',
      [plugged('open, driver usb-storage, sdb ro sdb1 rw', { class: 'mass-storage', access: 'read-only' })],
      'fail',
      '読み取り専用とすべきUSBメモリ・外付けディスクに書き込める状態です',
    ],
    [
      'what was seen of it was cut off',
      [plugged(closed, { class: 'network', access: 'block' }, { class: 'other', access: 'block' })],
      'unknown',
      '規則のとおりに止められているか確認できません',
    ],
    [
      'it was unplugged meanwhile',
      [plugged('gone, no driver, no block node', { class: 'network', access: 'block' })],
      'pass',
      '',
    ],
  ])('%s', (_, devices, outcome, reason) => {
    const judgement = judged(...devices)
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.reason.ja).toContain(reason)
  })

  it('one finding for each class of a device, the worst of its functions', () => {
    const headset = plugged(
      `${closed}; open, driver snd-usb-audio, no block node; ${closed}`,
      { class: 'audio', access: 'block' },
      { class: 'audio', access: 'block' },
      { class: 'input', access: 'read-write' },
    )
    expect(judged(headset)?.items.map(({ key }) => key)).toEqual(['04e8:6863:R58M1:audio'])
  })

  it('is unknown where the guard does not tell', () => {
    const judgement = judgeRaws(deviceAllowlist, { devices: lost('failed', 'the guard is off') })
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([
      'unknown',
      '接続中の機器の一覧を、動作中のエージェントから得られません（devices: 読み取れません（the guard is off））',
    ])
  })
})
