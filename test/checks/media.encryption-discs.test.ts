import { describe, expect, it } from 'vitest'
import { mediaEncryption } from '../../src/checks/media.encryption.ts'
import { policyWith } from './one-check.ts'

const policy = policyWith({ media: { encryption: 'required' } })
const volumes = [{ uuid: 'U-1', type: 'iso9660' }]

describe('media.encryption of discs', () => {
  it.each([
    ['a disc that can only be read', 'optical', 'read-only', 'read-only', 'pass'],
    ['one that is only tried out so far', 'optical', 'read-write', 'read-only', 'pass'],
    ['a disc that can be written', 'optical', 'read-write', 'read-write', 'fail'],
    [
      'a stick that can only be read: what lies on it may still be lost',
      'mass-storage',
      'read-only',
      'read-only',
      'fail',
    ],
  ] as const)('%s', (_, name, access, wouldBe, outcome) => {
    const facts = { devices: [pluggedIn(name, access, wouldBe)], volumes, why: null }
    const context = { policy, zone: 'lgwan', terminalId: 'T-1', grants: [], lifecycle: [], baseline: null } as const
    const judged = mediaEncryption.judge(facts, { ...context, now: new Date('2026-11-21T03:00:00Z') })
    expect(judged?.outcome).toBe(outcome)
  })
})

function pluggedIn(name: string, access: string, wouldBe: string) {
  const fn = { key: '1-1:1.0', class: name }
  const rule = { reason: 'class-default', ruleId: `media.classes.${name}`, control: 'media.block', policyId: 'town' }
  return {
    device: { key: '1-1', bus: 'usb', vendor: 'Drive', product: 'X', serial: 'A', functions: [fn], volumes: ['U-1'] },
    verdicts: [{ access, wouldBe, ...rule, class: name, policyVersion: 1, mode: 'enforce' }],
  }
}
