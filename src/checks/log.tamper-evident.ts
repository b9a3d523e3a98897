import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { explainAgent } from './agent-part.ts'
import { defineCheck, type SystemPart } from './check.ts'
import { journalChainPoint, steadyJournalFacts } from './journal-points.ts'
import { journaldOf, journaldReadings, moreJournald } from './journald.ts'
import { fail, judgePoints, pass, untold } from './points.ts'
import { entriesOf, explainFailure, isMissing, keysOf, known, rawOf, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { sentenceSchema } from './result.ts'

const schema = z.strictObject({
  journal: steadyJournalFacts,
  /** Logs of the system that everybody may write to or that belong to a person. */
  open: z.array(z.string()).max(200),
  /** Forward secure sealing of journald, where it is set up. */
  isSealed: z.boolean(),
  whyUnknown: sentenceSchema.nullable(),
})
type Facts = z.infer<typeof schema>
type Own = Omit<Facts, 'journal'>

const linux: SystemPart<Facts> = {
  readings: () => ({
    agentJournal: { kind: 'agent', about: 'journal' },
    ...journaldReadings,
    logs: { kind: 'directory', path: '/var/log', depth: 2 },
    varFolder: { kind: 'directory', path: '/var', depth: 1 },
  }),
  more: moreJournald,
  parse: (raws) => parseFacts(raws, linuxLogs(raws)),
}

const securityLog = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Security'
const windows: SystemPart<Facts> = {
  readings: () => ({
    agentJournal: { kind: 'agent', about: 'journal' },
    security: { kind: 'registry', key: securityLog, depth: 0 },
  }),
  parse(raws) {
    const values = keysOf(raws, 'security')?.[0]?.values
    if (values === undefined) {
      const whyUnknown = isMissing(raws, 'security') ? null : explainFailure(raws, 'security')
      return parseFacts(raws, { open: [], isSealed: false, whyUnknown })
    }
    // Without 1 here the built-in guest may read the Security log; writing is the system's alone in any case.
    const isOpen = values.RestrictGuestAccess === 0
    return parseFacts(raws, { open: isOpen ? ['Security'] : [], isSealed: false, whyUnknown: null })
  },
}

export const logTamperEvident = defineCheck({
  id: 'log.tamper-evident',
  schema,
  linux,
  windows,
  judge({ journal, open, isSealed, whyUnknown }, { now }) {
    const chain = journalChainPoint(journal, now)
    const points = [
      chain,
      ...(open.length === 0
        ? [pass('open', 'OSのログを書き換えられるのは管理者だけです', 'only administrators can change logs')]
        : []),
      ...open.map((path) =>
        fail(
          `open:${path}`,
          `${path} を管理者でない利用者が書き換えられます`,
          `${path} can be changed by people who are no administrators`,
        ),
      ),
      ...(whyUnknown === null ? [] : [untold('open', whyUnknown)]),
    ]
    const seal = isSealed
      ? { ja: '。OSのログも封印（FSS）しています', en: '; journald seals its log' }
      : { ja: '', en: '' }
    return judgePoints(points, { ja: `${chain.text.ja}${seal.ja}`, en: `${chain.text.en}${seal.en}` })
  },
  remedy: {
    ja: '証跡がおかしいときは、電源を切らずに情報セキュリティ担当へ連絡し、tanmori journal export で保全してください。/var/log のファイルは、管理者（root、adm、サービスの利用者）だけが書けるようにします（chmod o-w）。',
    en: 'Where the journal is altered leave the terminal on, report it and keep it with tanmori journal export. Files in /var/log must not be writable by everybody (chmod o-w).',
  },
  triggers: ['agent'],
})

function parseFacts(raws: Raws, own: Own) {
  const journal = agentFactSchemas.journal.safeParse(rawOf(raws, 'agentJournal', 'agent')?.value)
  if (!journal.success) return unreadable<Facts>(explainAgent(raws, 'agentJournal'))
  return known(schema.parse({ journal: journal.data, ...own }))
}

/** login.defs(5), UID_MIN: below are the system's own users, who write their own logs. */
const firstPerson = 1000

function linuxLogs(raws: Raws): Own {
  const entries = entriesOf(raws, 'logs')
  const journald = journaldOf(raws)
  const isSealed = 'why' in journald ? false : journald.isSealed
  if (entries === null) return { open: [], isSealed, whyUnknown: explainFailure(raws, 'logs') }
  // A sticky folder that everybody may write to takes new files, but nobody changes another's.
  const isOpen = (mode: number, type: string) =>
    (mode & 0o002) !== 0 && !(type === 'directory' && (mode & 0o1000) !== 0)
  const open = entries
    .filter(({ type }) => type === 'file' || type === 'directory')
    .filter(({ mode, type, uid }) => isOpen(mode, type) || (uid >= firstPerson && uid < 65_534))
    .map(({ path }) => `/var/log/${path}`)
  const folder = entriesOf(raws, 'varFolder')?.find(({ path }) => path === 'log')
  const own = folder !== undefined && isOpen(folder.mode, 'file') ? ['/var/log'] : []
  return { open: [...own, ...open].slice(0, 200), isSealed, whyUnknown: null }
}
