import type { Sentence } from '../../src/checks/result.ts'
import type { Report } from '../../src/protocol/report.ts'
import { answerWords } from '../../src/standards/answer-words.ts'
import { formatInstant } from './format.ts'
import { showHidden } from './html/markup.ts'
import type { Language } from './html/parts.ts'
import {
  accessWords,
  breakWords,
  grantStateWords,
  kindWords,
  modeWords,
  roleWords,
  sensorWords,
  severityWords,
} from './words.ts'

type Row = readonly (string | number | null)[]
type Say = (both: Sentence) => string
/** One line before it becomes cells: what is not given stays empty. */
type Line = Readonly<Partial<Record<(typeof columns)[number], string | number | null>>>

const columns = ['section', 'id', 'title', 'state', 'severity', 'at', 'person', 'detail', 'note'] as const
const titles = {
  section: { ja: '区分', en: 'section' },
  id: { ja: '番号・識別', en: 'id' },
  title: { ja: '件名', en: 'title' },
  state: { ja: '判定・状態', en: 'state' },
  severity: { ja: '重大度', en: 'severity' },
  at: { ja: '日時（日本時間）', en: 'at (Japan time)' },
  person: { ja: '人', en: 'person' },
  detail: { ja: '内容', en: 'detail' },
  note: { ja: '備考', en: 'note' },
} as const satisfies Record<(typeof columns)[number], Sentence>

/** The whole report as one table of nine columns; every row says what it is about in the first. */
export function csvRows(report: Report, lang: Language): readonly Row[] {
  const say: Say = (both) => both[lang]
  const lines = sections.flatMap(({ name, read }) => read(report, say).map((line) => ({ section: say(name), ...line })))
  return [columns.map((column) => say(titles[column])), ...lines.map(rowOf)]
}

function rowOf(line: Line): Row {
  return columns.map((column) => {
    const cell = line[column] ?? null
    return typeof cell === 'string' ? showHidden(cell) : cell
  })
}

type Section = Readonly<{ name: Sentence; read: (report: Report, say: Say) => readonly Line[] }>

const sections: readonly Section[] = [
  { name: { ja: '報告書', en: 'report' }, read: aboutLines },
  {
    name: { ja: '注意', en: 'problem' },
    read: ({ problems }, say) => problems.map(({ what, detail }) => ({ title: say(what), detail })),
  },
  { name: { ja: 'ポリシー', en: 'policy' }, read: policyLines },
  { name: { ja: '指摘', en: 'finding' }, read: findingLines },
  { name: { ja: '条項', en: 'clause' }, read: clauseLines },
  { name: { ja: '対策', en: 'control' }, read: controlLines },
  { name: { ja: '媒体・機器', en: 'media' }, read: mediaLines },
  { name: { ja: '持出し・持込み', en: 'carried' }, read: carriedLines },
  { name: { ja: '許可・例外', en: 'grant' }, read: grantLines },
  { name: { ja: '監視', en: 'sensor' }, read: sensorLines },
  { name: { ja: '証跡', en: 'journal' }, read: journalLines },
]

function aboutLines({ at, period, terminal, key }: Report, say: Say): readonly Line[] {
  const { id, hostname, os, zone, group, agentVersion, hardware, center } = terminal
  const fact = (name: Sentence, detail: string | null): Line => ({ title: say(name), detail })
  return [
    { id: 'tanmori.report/1', title: say({ ja: '作成日時', en: 'made' }), at: formatInstant(at) },
    { title: say({ ja: '対象期間の始め', en: 'period from' }), at: formatInstant(period.from) },
    fact({ ja: '端末ID', en: 'terminal' }, id),
    fact({ ja: '端末名', en: 'host name' }, hostname),
    fact({ ja: '系', en: 'zone' }, zone),
    fact({ ja: '所属', en: 'group' }, group),
    fact({ ja: 'OS', en: 'OS' }, os),
    fact({ ja: 'エージェント', en: 'agent' }, agentVersion),
    fact({ ja: '機器の識別値', en: 'hardware' }, hardware),
    fact({ ja: '中央', en: 'center' }, center),
    { ...fact({ ja: '署名鍵', en: 'key' }, key.keyId), state: key.kind, note: key.caSha256 },
  ]
}

function policyLines({ policy }: Report, say: Say): readonly Line[] {
  if (policy === null) return [{ state: say({ ja: '未受信（組み込みの既定）', en: 'none: built-in default' }) }]
  const { id, version, title, mode, digest, appliedAt, expires, isExpired } = policy
  const state = isExpired ? { ja: '期限切れ', en: 'expired' } : modeWords[mode]
  return [
    {
      id: `${id} v${version}`,
      title: say(title),
      state: say(state),
      at: formatInstant(appliedAt),
      detail: digest,
      note: `${say({ ja: '期限', en: 'expires' })} ${formatInstant(expires)}`,
    },
    ...policy.signers.map(({ holder, role, keyId }) => {
      const word = roleWords[role]
      return {
        id: keyId,
        title: say({ ja: '署名者', en: 'signed by' }),
        state: word === undefined ? role : say(word),
        person: holder,
      }
    }),
  ]
}

function findingLines({ findings }: Report, say: Say): readonly Line[] {
  return findings.map(({ control, key, outcome, severity, text, remedy, since, count }) => ({
    id: key === '' ? control : `${control} ${key}`,
    title: say(text),
    state: say(answerWords[outcome].name),
    severity: say(severityWords[severity]),
    at: formatInstant(since),
    detail: remedy === null ? null : say(remedy),
    note: count < 2 ? null : `×${count}`,
  }))
}

function clauseLines({ standards }: Report, say: Say): readonly Line[] {
  return standards.flatMap(({ id, clauses }) =>
    clauses.map(({ ref, summary, role, state, controls }) => ({
      id: `${id} ${ref}`,
      title: say(summary),
      state: say(answerWords[state].name),
      person: say(role),
      detail: controls.join(' '),
    })),
  )
}

function controlLines({ controls }: Report, say: Say): readonly Line[] {
  return controls.map(({ id, title, state, severity, result }) => ({
    id,
    title: say(title),
    state: say(answerWords[state].name),
    severity: say(severityWords[severity]),
    at: result === null ? null : formatInstant(result.since),
    detail: result === null ? null : [result.reason, ...result.items.map(({ text }) => text)].map(say).join('\n'),
    note: result?.grantId ?? null,
  }))
}

function mediaLines({ media }: Report, say: Say): readonly Line[] {
  return media.events.map(({ seq, at, kind, severity, subject, users, rule }) => {
    const word = kindWords[kind]
    return {
      id: seq,
      title: subject,
      state: word === undefined ? kind : say(word),
      severity: say(severityWords[severity]),
      at: formatInstant(at),
      person: users.join(' '),
      detail: rule,
      note: kind,
    }
  })
}

function carriedLines({ carried }: Report, say: Say): readonly Line[] {
  return carried.files.map(({ seq, at, direction, path, sizeBytes, sha256, user, medium, note }) => ({
    id: seq,
    title: path,
    state: say(direction === 'out' ? { ja: '持出し', en: 'out' } : { ja: '持込み', en: 'in' }),
    at: formatInstant(at),
    person: user,
    detail: `${medium} ${sizeBytes ?? ''}`.trim(),
    note: sha256 ?? note,
  }))
}

function grantLines({ grants }: Report, say: Say): readonly Line[] {
  return grants.map((grant) => ({
    id: `${grant.id} v${grant.version}`,
    title: say(grant.subject),
    state: say(grantStateWords[grant.state]),
    at: formatInstant(grant.validFrom),
    person: `${grant.applicant} → ${grant.approver}`,
    detail: `${say(accessWords[grant.access])}: ${grant.reason}`,
    note: `${say({ ja: '期限', en: 'until' })} ${formatInstant(grant.until)}`,
  }))
}

function sensorLines({ sensors }: Report, say: Say): readonly Line[] {
  return sensors.map(({ id, state, lastAt, detail }) => ({
    id,
    state: say(sensorWords[state]),
    at: lastAt === null ? null : formatInstant(lastAt),
    detail,
  }))
}

function journalLines({ journal }: Report, say: Say): readonly Line[] {
  if (journal === null) return [{ state: say({ ja: '読み取れません', en: 'could not be read' }) }]
  const { isWhole, lines, firstSeq, lastSeq, lastHash, verifiedAt } = journal
  const range = `${firstSeq ?? '-'} – ${lastSeq ?? '-'}`
  return [
    {
      title: say({ ja: '連鎖の検証', en: 'verification of the chain' }),
      state: say(isWhole ? { ja: '改変・欠落なし', en: 'whole' } : { ja: '異常あり', en: 'broken' }),
      at: formatInstant(verifiedAt),
      detail: say({ ja: `${lines} 行（${range}）`, en: `${lines} lines (${range})` }),
      note: lastHash,
    },
    ...journal.breaks.map(({ seq, why }) => ({
      id: seq,
      title: say({ ja: '異常', en: 'break' }),
      detail: say(breakWords[why]),
    })),
    ...journal.gaps.map(({ afterSeq, nextSeq, isExplained }) => ({
      id: afterSeq,
      title: say({ ja: '番号の抜け', en: 'gap' }),
      detail: `${afterSeq} → ${nextSeq}`,
      note: isExplained ? say({ ja: '証跡に記載あり', en: 'explained' }) : say({ ja: '説明なし', en: 'unexplained' }),
    })),
  ]
}
