import { describe, expect, it } from 'vitest'
import { judgeScan, type ScanReport } from '../../../../agent/guard/import-scan/judge.ts'
import type { FolderScan, HeldVolume } from '../../../../agent/platform/platform.ts'

const scanner = { engine: 'ClamAV 1.4.6', database: '27500' }
const volume: HeldVolume = { node: 'sdb1', type: 'vfat', state: 'mounted', point: '/run/x' }
const scan: FolderScan = { files: 2, bytes: 10, infected: [], problems: [] }
const found = { ...scan, infected: [{ path: 'a.exe', signature: 'Eicar' }] }
const fine: ScanReport = { scanner, volumes: [volume], scans: [scan], failure: null }
const unread = (state: HeldVolume['state'], type: string): HeldVolume => ({ node: 'sdb2', type, state, point: '' })

describe('a scan', () => {
  it.each([
    ['every volume read, nothing found', fine, 'clean', []],
    ['a disk without partitions in its table', { ...fine, volumes: [volume, unread('blank', '-')] }, 'clean', []],
    ['one file infected', { ...fine, scans: [found] }, 'infected', ['Eicar']],
    [
      'infected on one volume, another encrypted',
      { ...fine, volumes: [volume, unread('encrypted', 'crypto_LUKS')], scans: [found] },
      'infected',
      ['Eicar'],
    ],
    [
      'infected before the time was over',
      { ...fine, scans: [found], failure: 'not done within 300 seconds' },
      'infected',
      ['Eicar'],
    ],
    [
      'an encrypted volume',
      { ...fine, volumes: [unread('encrypted', 'BitLocker')], scans: [] },
      'incomplete',
      ['sdb2: encrypted (BitLocker)'],
    ],
    [
      'a volume that does not mount',
      { ...fine, volumes: [volume, unread('unreadable', 'vfat')] },
      'incomplete',
      ['sdb2: unreadable (vfat)'],
    ],
    [
      'a file system that is not known',
      { ...fine, volumes: [volume, unread('unsupported', 'zfs')] },
      'incomplete',
      ['sdb2: unsupported (zfs)'],
    ],
    [
      'a file above the limit',
      { ...fine, scans: [{ ...scan, problems: [{ path: 'big.iso', why: 'too-large' }] }] },
      'incomplete',
      ['big.iso: too-large'],
    ],
    ['no volume at all', { ...fine, volumes: [], scans: [] }, 'incomplete', ['no volume that could be read']],
    [
      'no scanner',
      { scanner: null, volumes: [], scans: [], failure: 'no scanner answers' },
      'incomplete',
      ['no scanner answers'],
    ],
    [
      'the time over',
      { ...fine, failure: 'not done within 300 seconds' },
      'incomplete',
      ['not done within 300 seconds'],
    ],
  ] as const)('with %s', (_name, report, result, why) => {
    expect(judgeScan(report)).toEqual({ result, why })
  })
})
