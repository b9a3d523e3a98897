import { z } from 'zod'
import { findControl } from '../../controls/find-control.ts'
import { policySchema } from '../../policy/schema.ts'
import { recordAudit } from '../audit.ts'
import type { DryRun } from '../dry-run/gather.ts'
import { zoneNames } from '../names.ts'
import { createOperation, formatTable } from './operation.ts'

type Lang = 'ja' | 'en'

/** What a policy would change on the terminals that it is meant for; nothing is pushed. */
export const dryRunPolicy = createOperation(z.strictObject({ policy: policySchema }), async (deps, { policy }) => {
  const run = await deps.tryPolicy(policy)
  const subject = `policy ${policy.id} ${policy.version}`
  const detail = `${run.failingTerminals} newly failing, ${run.refusedDevices} devices refused`
  await recordAudit(deps, { actor: deps.actor, action: 'policy.dry-run', subject, detail, remote: '' })
  const aboutIn = (lang: Lang) =>
    `${subject} ${policy.mode} (${policy.appliesTo.zones.map((zone) => zoneNames[zone][lang]).join(', ')})`
  return { json: run, text: { ja: describe(run, aboutIn('ja'), 'ja'), en: describe(run, aboutIn('en'), 'en') } }
})

function describe(run: DryRun, about: string, lang: Lang): string {
  const say = words[lang]
  return [
    about,
    say.audience(run.terminals),
    say.failing(run.failingTerminals),
    say.refused(run.refusedDevices, run.refusedTerminals),
    ...(run.devicesUnknown > 0 ? [say.devicesUnknown(run.devicesUnknown)] : []),
    ...(run.mode === 'observe' ? [say.observing] : []),
    ...describeControls(run, lang),
    ...describeRules(run, lang),
  ].join('\n')
}

function describeControls({ controls }: DryRun, lang: Lang): string[] {
  if (controls.length === 0) return []
  const rows = controls.map(({ control, newlyFail, stillFail, cleared, unsure }) => {
    const cannotSay = unsure['no-facts'] + unsure.baseline + unsure.unreadable
    const title = findControl(control)?.title[lang] ?? control
    return [control, title, ...[newlyFail, stillFail, cleared, cannotSay].map(String)]
  })
  const named = controls.flatMap(({ control, newlyFail, named: terminals }) => [
    ...terminals.map(({ hostname, reason }) => `  ${control}  ${hostname}: ${reason[lang]}`),
    ...(newlyFail > terminals.length ? [`  ${control}  ${words[lang].more(newlyFail - terminals.length)}`] : []),
  ])
  return ['', formatTable(words[lang].controlHead, rows), ...named]
}

function describeRules({ rules }: DryRun, lang: Lang): string[] {
  if (rules.length === 0) return []
  const rows = rules.map(({ ruleId, devices, terminals }) => [ruleId, String(devices), String(terminals)])
  const named = rules.flatMap(({ ruleId, devices, named: listed }) => [
    ...listed.map(
      ({ hostname, device, change }) => `  ${ruleId}  ${hostname}: ${device} (${words[lang].changes[change]})`,
    ),
    ...(devices > listed.length ? [`  ${ruleId}  ${words[lang].more(devices - listed.length)}`] : []),
  ])
  return ['', formatTable(words[lang].ruleHead, rows), ...named]
}

const words = {
  ja: {
    audience: (count: number) => `適用先の端末: ${count} 台`,
    failing: (count: number) => `新たに不適合となる端末: ${count} 台`,
    refused: (devices: number, terminals: number) => `新たに使用を禁じられる機器: ${devices} 件（${terminals} 台）`,
    devicesUnknown: (count: number) => `接続中の機器の報告がない端末: ${count} 台`,
    observing: 'このポリシーは「記録のみ」のため、機器は実際には止められません。実施した場合の見込みです。',
    controlHead: ['対策', '名称', '新たに不適合', '引き続き不適合', '解消', '判定できない'],
    ruleHead: ['規則', '機器', '端末'],
    more: (count: number) => `ほか ${count} 件`,
    changes: { refuse: '使用禁止', 'read-only': '読取りのみ', depends: '利用者による' },
  },
  en: {
    audience: (count: number) => `meant for ${count} terminals`,
    failing: (count: number) => `terminals that would newly fail: ${count}`,
    refused: (devices: number, terminals: number) =>
      `devices in use that would newly be refused: ${devices} (on ${terminals} terminals)`,
    devicesUnknown: (count: number) => `terminals that never told what is plugged in: ${count}`,
    observing: 'this policy only observes: no device is stopped; this is what enforcing it would do',
    controlHead: ['control', 'title', 'newly fail', 'still fail', 'cleared', 'cannot say'],
    ruleHead: ['rule', 'devices', 'terminals'],
    more: (count: number) => `and ${count} more`,
    changes: { refuse: 'refused', 'read-only': 'read-only', depends: 'depends on the user' },
  },
} as const
