import { z } from 'zod'
import { defineCheck, type JudgeContext } from './check.ts'
import {
  countSignIns,
  type FailedSignIns,
  failedSignInsSchema,
  parseJournalSignIns,
  parseLastb,
  parseSecurityEvents,
} from './failed-sign-ins.ts'
import { linuxSocketReadings, parseLinuxSockets } from './linux-sockets.ts'
import { isWithOther } from './peers.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { entriesOf, explainFailure, known, outputOf } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { type Sentence, sentenceSchema } from './result.ts'
import type { Socket } from './socket.ts'
import { auditReading, explainAudit } from './windows-audit.ts'
import { parseWindowsSockets, windowsSocketReadings } from './windows-sockets.ts'

const schema = z.object({
  /** Other machines that the terminal has a connection with, or tries to. */
  peers: z.int().min(0),
  /** Attempts that nothing has answered yet, and to how many machines. */
  unanswered: z.int().min(0),
  unansweredHosts: z.int().min(0),
  signIns: failedSignInsSchema.nullable(),
  signInsGap: sentenceSchema.nullable(),
})
type Facts = z.infer<typeof schema>

/** Signs that the terminal itself attacks, or that somebody tries passwords on it. */
export const netInternalAttack = defineCheck({
  id: 'net.internal-attack',
  schema,
  linux: {
    readings: () => ({
      ...linuxSocketReadings,
      // Facilities 4 and 10 (auth, authpriv) of syslog: what sign-in programs write.
      journal: {
        kind: 'command',
        program: 'journalctl',
        args: [
          '--quiet',
          '--no-pager',
          '--output=json',
          '--output-fields=MESSAGE,SYSLOG_IDENTIFIER',
          '--since=-1h',
          'SYSLOG_FACILITY=4',
          'SYSLOG_FACILITY=10',
        ],
      },
      journals: { kind: 'directory', path: '/var/log/journal', depth: 2 },
      volatileJournals: { kind: 'directory', path: '/run/log/journal', depth: 2 },
      lastb: { kind: 'command', program: 'lastb', args: ['--since=-60min', '--time-format=iso', '--fullnames'] },
    }),
    parse: (raws) => factsOf(parseLinuxSockets(raws), linuxSignIns(raws)),
  },
  windows: {
    readings: () => ({
      ...windowsSocketReadings,
      audit: auditReading,
      security: {
        kind: 'command',
        program: 'wevtutil.exe',
        args: [
          'qe',
          'Security',
          '/q:*[System[(EventID=4625) and TimeCreated[timediff(@SystemTime) <= 3600000]]]',
          '/f:xml',
          '/c:5000',
        ],
      },
    }),
    parse: (raws) => factsOf(parseWindowsSockets(raws), windowsSignIns(raws)),
  },
  judge: (facts, context) =>
    judgePoints([peersPoint(facts, context), unansweredPoint(facts, context), signInsPoint(facts, context)], {
      ja: `内部からの攻撃の兆候はありません（通信相手${facts.peers}台、応答のない接続${facts.unanswered}件、サインイン失敗${facts.signIns?.count ?? 0}回／直近1時間）`,
      en: `no sign of an attack from within (${facts.peers} peers, ${facts.unanswered} unanswered attempts, ${facts.signIns?.count ?? 0} failed sign-ins in the last hour)`,
    }),
  remedy: {
    ja: '多数の相手への接続は、不正プログラムによる探索や感染拡大の疑いがあります。使用者に心当たりがなければ端末をネットワークから切り離し、情報セキュリティ担当に連絡してください。サインインの失敗が続くときは、接続元と対象の利用者を記録で確認します。業務用サーバー等で通常から多い場合は、ポリシーの network.internalAttack の上限を見直します。',
    en: 'Connections to many machines may be malware that searches or spreads. Where the user knows of no reason, cut the terminal off and tell the information security officer. Where sign-ins keep failing, look in the logs for where they come from and whom they try. Where such numbers are usual, review the limits in network.internalAttack of the policy.',
  },
})

type SignIns = Readonly<{ signIns: FailedSignIns | null; gap: Sentence | null }>

function factsOf(sockets: Parsed<readonly Socket[]>, { signIns, gap }: SignIns): Parsed<Facts> {
  if (!sockets.ok) return sockets
  const outside = sockets.facts.filter(isWithOther)
  const opening = outside.filter(({ state }) => state === 'opening')
  return known({
    peers: new Set(outside.map(({ remote }) => remote)).size,
    unanswered: opening.length,
    unansweredHosts: new Set(opening.map(({ remote }) => remote)).size,
    signIns,
    signInsGap: gap,
  })
}

/** The journal and btmp tell of the same failures: the one that knows of more counts. */
function linuxSignIns(raws: Raws): SignIns {
  const journal = outputOf(raws, 'journal', [0, 1])
  const fromJournal = journal === null || !hasJournal(raws) ? null : parseJournalSignIns(journal)
  const lastb = outputOf(raws, 'lastb')
  const fromLastb = lastb === null ? null : parseLastb(lastb)
  if (fromJournal === null && fromLastb === null) return { signIns: null, gap: gapOf(raws) }
  const isJournalMore = (fromJournal?.length ?? -1) >= (fromLastb?.length ?? -1)
  return { signIns: countSignIns((isJournalMore ? fromJournal : fromLastb) ?? []), gap: null }
}

/** Without a journal `journalctl` says nothing and ends well, as if nothing had happened. */
function hasJournal(raws: Raws): boolean {
  const files = ['journals', 'volatileJournals'].flatMap((name) => entriesOf(raws, name) ?? [])
  return files.some(({ path }) => path.endsWith('.journal'))
}

function gapOf(raws: Raws): Sentence {
  if (outputOf(raws, 'journal', [0, 1]) === null) return explainFailure(raws, 'journal')
  return { ja: 'ログ（journal）が記録されていません', en: 'no journal is kept' }
}

function windowsSignIns(raws: Raws): SignIns {
  const xml = outputOf(raws, 'security')
  if (xml === null) return { signIns: null, gap: explainFailure(raws, 'security') }
  const sources = parseSecurityEvents(xml)
  const gap = explainAudit(raws, 'audit', 'Failure')
  // Failures that are there were written down, whatever is told of the setting.
  if (gap !== null && sources.length === 0) return { signIns: null, gap }
  return { signIns: countSignIns(sources), gap: null }
}

function peersPoint({ peers }: Facts, { policy }: JudgeContext): Point {
  const { maxPeers } = policy.network.internalAttack
  if (peers <= maxPeers) return pass('peers', `通信相手は${peers}台です`, `${peers} peers`)
  return fail(
    'peers',
    `同時に${peers}台と通信しています（上限${maxPeers}台）`,
    `the terminal talks with ${peers} machines at once (limit ${maxPeers})`,
  )
}

function unansweredPoint({ unanswered, unansweredHosts }: Facts, { policy }: JudgeContext): Point {
  const { maxUnanswered } = policy.network.internalAttack
  if (unanswered <= maxUnanswered) {
    return pass('unanswered', `応答のない接続は${unanswered}件です`, `${unanswered} unanswered attempts`)
  }
  return fail(
    'unanswered',
    `応答のない接続を同時に${unanswered}件試みています（相手${unansweredHosts}台、上限${maxUnanswered}件）`,
    `${unanswered} connections to ${unansweredHosts} machines are being tried without an answer (limit ${maxUnanswered})`,
  )
}

function signInsPoint({ signIns, signInsGap }: Facts, { policy }: JudgeContext): Point {
  const { maxFailedSignInsPerHour: limit } = policy.network.internalAttack
  if (signIns === null) {
    return untold('sign-ins', {
      ja: `サインインの失敗を確認できません（${signInsGap?.ja ?? ''}）`,
      en: `failed sign-ins cannot be told (${signInsGap?.en ?? ''})`,
    })
  }
  if (signIns.count <= limit) {
    return pass('sign-ins', `サインインの失敗は${signIns.count}回です`, `${signIns.count} failed sign-ins`)
  }
  const [first] = signIns.from
  const where = sourceOf(first?.address ?? '')
  return fail(
    'sign-ins',
    `直近1時間にサインインの失敗が${signIns.count}回あります（上限${limit}回、最も多い接続元は${where.ja}の${first?.count ?? 0}回）`,
    `${signIns.count} sign-ins failed in the last hour (limit ${limit}; most, ${first?.count ?? 0}, from ${where.en})`,
  )
}

function sourceOf(address: string): Sentence {
  return address === '' ? { ja: 'この端末の画面', en: 'the terminal itself' } : { ja: address, en: address }
}
