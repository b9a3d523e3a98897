import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import type { JournalReading, ReportInput } from '../../../agent/report/input.ts'
import { Gravest } from '../../../agent/report/keep-gravest.ts'
import { readStandards } from '../../../src/catalogue.ts'
import type { Result } from '../../../src/checks/result.ts'
import { grantSchema } from '../../../src/policy/grant.ts'
import { policySchema } from '../../../src/policy/schema.ts'
import { eventKinds, genesisHash, type JournalEvent } from '../../../src/protocol/events.ts'
import { keyIdOf, type TerminalKey } from '../../../src/terminal-key.ts'
import { version } from '../../../src/version.ts'
import { grantDocument, policyDocument } from '../../policy/documents.ts'

export const now = new Date('2026-11-21T03:05:00.000Z')
const from = new Date('2026-10-22T00:00:00.000Z')

/** Made once: keys that no center vouches for. */
export const localKey = createKey()
export const otherKey = createKey()

function createKey(): TerminalKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate: null, ca: null }
}

const policies = join(import.meta.dirname, '../../../policies')

export function standardOf(id: string) {
  const standard = readStandards(policies).found.find((one) => one.id === id)
  if (standard === undefined) throw new Error(`${id}: wanted a standard of policies/standards`)
  return standard
}

export function resultOf(control: string, change: Partial<Result> = {}): Result {
  const at = '2026-11-21T02:50:00.000Z'
  return {
    control,
    outcome: 'pass',
    reason: { ja: '求める状態です', en: 'as it should be' },
    items: [],
    itemCount: 0,
    since: '2026-11-01T00:00:00.000Z',
    readAt: at,
    isStale: false,
    ...change,
  }
}

export function eventOf(seq: number, kind: JournalEvent['kind'], change: Partial<JournalEvent> = {}): JournalEvent {
  return {
    seq,
    at: new Date(now.getTime() - (10_000 - seq) * 1_000).toISOString(),
    bootId: 'boot-1',
    kind,
    severity: eventKinds[kind].severity,
    subject: `Kingston DataTraveler 0951:1666 1C6F654E${seq} (1-2:1.0)`,
    data: { users: ['tanaka'], verdict: { ruleId: 'media.classes.mass-storage' } },
    prev: genesisHash,
    hash: genesisHash,
    ...change,
  }
}

export const hostileName = `<script>alert("x")</script><img src=x onerror=alert(1)>\u202Egpj.exe`

export function journalOf(
  media: readonly JournalEvent[],
  carry: readonly JournalEvent[] = [],
  change: Partial<JournalReading['summary']> = {},
  max = 100_000,
): JournalReading {
  return {
    summary: {
      verifiedAt: now.toISOString(),
      isWhole: true,
      lines: 12_345,
      firstSeq: 1,
      firstAt: '2026-04-01T00:00:00.000Z',
      lastSeq: 12_345,
      lastAt: now.toISOString(),
      lastHash: 'c0ffee00'.repeat(8),
      breaks: [],
      gaps: [],
      gapCount: 0,
      ...change,
    },
    media: keep(media, max),
    carry: keep(carry, max),
  }
}

function keep(events: readonly JournalEvent[], max: number) {
  const gravest = new Gravest(max)
  for (const event of events) gravest.add(event)
  return gravest.kept()
}

export function inputOf(change: Partial<ReportInput> = {}): ReportInput {
  const digest = 'ab'.repeat(32)
  const signers = [
    { keyId: '11'.repeat(32), holder: '情報 太郎', role: 'author' as const },
    { keyId: '22'.repeat(32), holder: '承認 花子', role: 'approver' as const },
  ]
  return {
    now,
    from,
    terminal: {
      id: 'T-7K2M9QXW4A',
      hostname: 'zeimu-012',
      os: 'Debian GNU/Linux 12 (bookworm) (Linux 6.1.0-40-amd64)',
      zone: 'mynumber',
      group: '税務課',
      agentVersion: version,
      hardware: 'd1'.repeat(32),
      center: 'https://tanmori.town.example.lg.jp:8443',
      enrolledAt: '2026-04-01T01:23:45.000Z',
      agentStartedAt: '2026-11-20T23:30:00.000Z',
    },
    key: { keyId: keyIdOf(localKey.privateKey), kind: 'local', caSha256: null, certificateExpires: null },
    policy: {
      document: policySchema.parse(
        policyDocument({
          title: { ja: '町 情報セキュリティポリシー（マイナンバー利用事務系）', en: 'Town policy, My Number zone' },
          contact: { ja: '総務課 情報係（内線 123）', en: 'IT section, ext. 123' },
          standard: 'osaka',
        }),
      ),
      digest,
      appliedAt: '2026-11-10T05:00:00.000Z',
      signers,
      root: { version: 2, digest: 'cd'.repeat(32), isDemonstration: false },
    },
    grants: [
      {
        document: grantSchema.parse(
          grantDocument({
            validFrom: '2026-11-01T00:00:00Z',
            until: '2026-12-01T00:00:00+09:00',
            terminals: ['T-7K2M9QXW4A'],
          }),
        ),
        digest,
        signers,
      },
    ],
    results: [],
    findings: [],
    standards: [],
    sensors: [
      { id: 'guard.uevents', state: 'working', lastAt: '2026-11-21T02:59:00.000Z', detail: 'kernel uevents' },
      { id: 'uplink', state: 'failed', lastAt: null, detail: 'no route to the center' },
    ],
    journal: journalOf([]),
    problems: [],
    ...change,
  }
}
