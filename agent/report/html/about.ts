import type { Report } from '../../../src/protocol/report.ts'
import { accessWords, grantStateWords, modeWords, roleWords } from '../words.ts'
import { facts, type Html, html, nothing, table, text } from './markup.ts'
import { code, hash, lines, type Say, when, whenOr } from './parts.ts'

const zoneWords = {
  mynumber: { ja: 'マイナンバー利用事務系', en: 'My Number zone' },
  lgwan: { ja: 'LGWAN接続系', en: 'LGWAN zone' },
  internet: { ja: 'インターネット接続系', en: 'internet zone' },
} as const

/** What this terminal is. */
export function renderTerminal({ terminal }: Report, say: Say): Html {
  const none = say({ ja: 'なし', en: 'none' })
  return facts(say({ ja: '作成時点の内容', en: 'As it is now' }), [
    [say({ ja: '端末名', en: 'Host name' }), text(terminal.hostname)],
    [say({ ja: '端末ID', en: 'Terminal id' }), code(terminal.id)],
    [say({ ja: '系', en: 'Zone' }), text(say(zoneWords[terminal.zone]))],
    [say({ ja: '所属', en: 'Group' }), text(terminal.group === '' ? none : terminal.group)],
    ['OS', text(terminal.os)],
    [say({ ja: 'エージェント', en: 'Agent' }), agent(terminal, say)],
    [say({ ja: '中央への登録', en: 'Enrolment' }), enrolment(terminal, say)],
    [
      say({ ja: '機器の識別値', en: 'Hardware' }),
      terminal.hardware === null
        ? text(say({ ja: '読み取れません', en: 'could not be read' }))
        : hash(terminal.hardware),
    ],
  ])
}

function agent({ agentVersion, agentStartedAt }: Report['terminal'], say: Say): Html {
  const stopped = say({ ja: '停止中', en: 'not running' })
  const since = say({ ja: '起動', en: 'running since' })
  return html`tanmori ${agentVersion}（${agentStartedAt === null ? stopped : html`${since} ${when(agentStartedAt)}`}）`
}

function enrolment({ center, enrolledAt }: Report['terminal'], say: Say): Html {
  if (center === null || enrolledAt === null) return text(say({ ja: '登録していません', en: 'not enrolled' }))
  return html`${center}（${when(enrolledAt)}）`
}

/** The policy in force and who signed it. */
export function renderPolicy({ policy }: Report, say: Say): Html {
  if (policy === null) {
    const sentence = say({
      ja: 'ポリシーを受信していないため、組み込みの既定（記録のみ）によります。',
      en: 'No policy was received: the built-in default (observe) holds.',
    })
    return html`<p>${sentence}</p>\n`
  }
  const expired = policy.isExpired
    ? html` <strong>${say({ ja: '（期限切れ。新しいポリシーが届くまで引き続き効力があります）', en: '(expired; it holds until a new one comes)' })}</strong>`
    : nothing
  const single = Object.entries(policy.modes).map(([control, mode]) => html`${code(control)}: ${say(modeWords[mode])}`)
  return facts(say({ ja: '端末が署名を検証して受け入れたもの', en: 'As the terminal verified and accepted it' }), [
    [say({ ja: '名称', en: 'Title' }), text(say(policy.title))],
    [
      say({ ja: '識別・版', en: 'Id, version' }),
      html`${code(policy.id)} ${say({ ja: `第${policy.version}版`, en: `version ${policy.version}` })}`,
    ],
    [say({ ja: '動作', en: 'Mode' }), lines([text(say(modeWords[policy.mode])), ...single])],
    [say({ ja: '有効期間', en: 'Valid' }), html`${when(policy.validFrom)} – ${when(policy.expires)}${expired}`],
    [say({ ja: '端末への適用', en: 'Applied' }), when(policy.appliedAt)],
    [say({ ja: '署名者', en: 'Signed by' }), signers(policy.signers, say)],
    [say({ ja: '信頼の起点', en: 'Trust root' }), root(policy.root, say)],
    [say({ ja: '文書のSHA-256', en: 'SHA-256 of the document' }), hash(policy.digest)],
    [
      say({ ja: '職員の問合せ先', en: 'Whom staff ask' }),
      text(policy.contact === null ? say({ ja: '記載なし', en: 'not stated' }) : say(policy.contact)),
    ],
  ])
}

function root(held: NonNullable<Report['policy']>['root'], say: Say): Html {
  if (held === null) {
    return text(say({ ja: '以前の登録先のもの（現在の信頼の起点ではありません）', en: 'that of a former enrolment' }))
  }
  return html`${say({ ja: `第${held.version}版`, en: `version ${held.version}` })} ${hash(held.digest)}`
}

function signers(all: NonNullable<Report['policy']>['signers'], say: Say): Html {
  return lines(
    all.map(({ holder, role, keyId }) => {
      const word = roleWords[role]
      return html`${holder}（${word === undefined ? role : say(word)}） ${code(keyId.slice(0, 16))}`
    }),
  )
}

/** Permissions and exceptions that this terminal holds. */
export function renderGrants({ grants }: Report, say: Say): Html {
  if (grants.length === 0) return html`<p>${say({ ja: '許可・例外はありません。', en: 'There are no grants.' })}</p>\n`
  const columns = [
    { title: say({ ja: '番号', en: 'Id' }), kind: 'ref' },
    { title: say({ ja: '対象', en: 'Subject' }), kind: 'wide' },
    { title: say({ ja: '期間', en: 'Period' }), kind: 'when' },
    { title: say({ ja: '申請・承認', en: 'Applicant, approver' }) },
    { title: say({ ja: '理由', en: 'Reason' }) },
    { title: say({ ja: '状態', en: 'State' }), kind: 'narrow' },
  ]
  const rows = grants.map((grant) => [
    html`${code(grant.id)} ${say({ ja: `第${grant.version}版`, en: `v${grant.version}` })}`,
    html`${say(grant.subject)}<br><span class="soft">${say(accessWords[grant.access])}${grant.users.length === 0 ? nothing : html` / ${grant.users.join(', ')}`}</span>`,
    lines([when(grant.validFrom), whenOr(grant.until, '')]),
    lines([
      text(`${say({ ja: '申請', en: 'by' })}: ${grant.applicant}`),
      text(`${say({ ja: '承認', en: 'approved' })}: ${grant.approver}`),
    ]),
    text(grant.reason),
    text(say(grantStateWords[grant.state])),
  ])
  return table(say({ ja: 'この端末に届いている許可・例外', en: 'Grants held by this terminal' }), columns, rows)
}
