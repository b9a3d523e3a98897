import { describe, expect, it } from 'vitest'
import { agentFactSchemas } from '../../src/checks/agent-facts.ts'
import { checks } from '../../src/checks/index.ts'
import { type AgentFact, agentFacts, type Raws } from '../../src/checks/reading.ts'
import { type Grant, grantSchema } from '../../src/policy/grant.ts'
import { agent, judgeRaws, lost, now, output, registry } from './settings-support.ts'

const at = now.toISOString()
const sensor = (id: string, state = 'working', detail = '') => ({ id, state, lastAt: at, detail })
const sensors = ['guard.uevents', 'guard.rescan', 'guard.default-deny', 'journal', 'policy-store', 'carry-record'].map(
  (id) => sensor(id),
)
const without = (id: string, other: object[] = []) => [...sensors.filter((one) => one.id !== id), ...other]
const signer = (holder: string, role: string) => ({ holder, role, keyId: 'k' })
const policy = {
  id: 'town',
  version: 3,
  digest: 'a'.repeat(64),
  mode: 'enforce',
  appliedAt: '2026-11-01T00:00:00Z',
  expires: '2027-03-31T14:59:59Z',
  signers: [signer('山田', 'author'), signer('鈴木', 'approver')],
  refused: { policy: 0, grant: 0, root: 0 },
}
const journal = {
  state: 'working',
  detail: '',
  lastSeq: 9,
  lastAt: at,
  oldestAt: at,
  lines: 9,
  bytes: 9,
  retentionDays: 400,
  maxBytes: 9,
  hasCenter: true,
  pending: 0,
  oldestPendingAt: null,
  verification: { at, isWhole: true, lines: 9, firstBad: null },
  failures: 0,
  lastFailureAt: null,
}
const media = {
  since: at,
  counts: {},
  lastAt: null,
  carriedOut: 2,
  carriedIn: 1,
  bypassed: 0,
  carryRecord: sensor('carry-record'),
}
const deny = { isGuardEnabled: true, mode: 'on', state: 'in-force', detail: '' }
const uplink = { isConfigured: true, isConnected: true, since: at, lastAckAt: at, lastError: null, pending: 0 }
const own = {
  path: '/usr/bin/tanmori',
  role: 'executable',
  state: 'same',
  sha256: 'a'.repeat(64),
  expected: 'a'.repeat(64),
  source: 'package',
  changedAt: null,
}
const quarantine = { state: 'off', since: null, orderId: null, reason: null, detail: '' }
const scan = { state: 'ready', engine: 'ClamAV 1.4.6', lastAt: at, scanned: 3, infected: 0, failed: 0, detail: '' }
const verdict = (changes: object = {}) => ({
  access: 'block',
  wouldBe: 'block',
  reason: 'class-default',
  ruleId: 'media.classes.mass-storage',
  control: 'media.block',
  class: 'mass-storage',
  policyId: 'town',
  policyVersion: 3,
  mode: 'enforce',
  ...changes,
})
const stick = (changes: object = {}, volumes: string[] = ['1111-2222']) => ({
  device: {
    key: '1-2',
    bus: 'usb',
    vendorId: '0781',
    productId: '5581',
    serial: 'AA01',
    vendor: 'SanDisk',
    product: 'Ultra',
    functions: [{ key: '1-2:1.0', class: 'mass-storage' }],
    volumes,
  },
  verdicts: [verdict(changes)],
  observed: '',
  since: at,
})
const well: Readonly<Record<AgentFact, unknown>> = {
  sensors,
  devices: [stick()],
  'default-deny': deny,
  journal,
  uplink,
  policy,
  integrity: { recordedAt: at, files: [own] },
  'media-events': media,
  quarantine,
  'import-scan': scan,
}
const unit = (state: string) =>
  output(`Id=tanmori.service\nLoadState=loaded\nActiveState=active\nUnitFileState=${state}\nRestart=always\n`)
const raws = (changes: Partial<Record<AgentFact, unknown>> = {}, more: Raws = {}): Raws => ({
  ...Object.fromEntries(Object.entries({ ...well, ...changes }).map(([name, value]) => [name, agent(value)])),
  unit: unit('enabled'),
  ...more,
})
const asked = { media: { encryption: 'required', importScan: { enabled: true }, classes: { optical: 'read-only' } } }
const observe = { ...asked, mode: 'observe' }
const open = {
  media: {
    classes: { 'mass-storage': 'read-write', portable: 'read-write', 'sd-card': 'read-write', optical: 'read-write' },
  },
}
const volumes = (fstype: string): Raws => ({
  lsblk: output(
    JSON.stringify({
      blockdevices: [
        {
          name: 'sdb',
          type: 'disk',
          rm: true,
          fstype: null,
          uuid: null,
          mountpoint: null,
          children: [{ name: 'sdb1', type: 'part', rm: true, fstype, uuid: '1111-2222', mountpoint: null }],
        },
      ],
    }),
  ),
})
const permitted = { access: 'read-write', wouldBe: 'read-write', reason: 'registered' }
const broken = { ...journal, verification: { at, isWhole: false, lines: 9, firstBad: 4 } }

const table: [string, string, Raws, object, string, RegExp][] = [
  ['media.block', 'policy, mode, default deny and sensors as they should be', raws(), {}, 'pass', /cannot be used/],
  ['media.block', 'observing prevents nothing', raws(), observe, 'fail', /the policy only observes/],
  [
    'media.block',
    'observing by the control’s own mode',
    raws(),
    { modes: { 'media.block': 'observe' } },
    'fail',
    /only observes/,
  ],
  ['media.block', 'no policy was received', raws({ policy: null }), {}, 'fail', /no policy was received/],
  [
    'media.block',
    'the default deny was changed from outside',
    raws({ 'default-deny': { ...deny, state: 'differs', detail: 'usbcore' } }),
    {},
    'fail',
    /not as it was asked for \(usbcore\)/,
  ],
  [
    'media.block',
    'the default deny has not been looked at',
    raws({ 'default-deny': { ...deny, state: 'unknown' } }),
    {},
    'unknown',
    /not been observed yet/,
  ],
  [
    'media.block',
    'the machine cannot hold it',
    raws({ 'default-deny': { ...deny, state: 'unsupported' } }),
    {},
    'fail',
    /cannot hold the default deny/,
  ],
  [
    'media.block',
    'the guard is switched off',
    raws({ 'default-deny': { ...deny, isGuardEnabled: false } }),
    {},
    'fail',
    /switched off in the settings/,
  ],
  [
    'media.block',
    'the kernel’s events were lost',
    raws({ sensors: without('guard.uevents', [sensor('guard.uevents', 'failed', 'socket')]) }),
    {},
    'fail',
    /guard.uevents of the agent has failed \(socket\)/,
  ],
  [
    'media.block',
    'a sensor that is not named',
    raws({ sensors: without('guard.rescan') }),
    {},
    'unknown',
    /state of guard.rescan is not known/,
  ],
  [
    'media.block',
    'a medium slipped through',
    raws({ 'media-events': { ...media, bypassed: 1 } }),
    {},
    'fail',
    /usable 1 times/,
  ],
  ['media.block', 'a policy that blocks no class', raws(), open, 'not asked', /^$/],
  ['media.registered-only', 'nothing registered', raws(), {}, 'pass', /no medium is registered/],
  ['media.registered-only', 'observing', raws(), observe, 'fail', /only observes/],
  ['media.read-only', 'one class read-only', raws(), asked, 'pass', /held read-only: CD/],
  [
    'media.read-only',
    'a class that cannot be held read-only',
    raws({ devices: [stick({ limitedBy: 'read-only-not-held' })] }),
    asked,
    'fail',
    /SanDisk Ultra cannot be held read-only/,
  ],
  ['media.read-only', 'nothing is read-only', raws(), {}, 'not asked', /^$/],
  ['media.carry-record', 'recorded', raws(), {}, 'pass', /\(last 30 days: 2 out, 1 in\)/],
  [
    'media.carry-record',
    'in part',
    raws({ 'media-events': { ...media, carryRecord: sensor('c', 'degraded', 'too many files') } }),
    {},
    'fail',
    /only part.*too many files/,
  ],
  [
    'media.carry-record',
    'no such sensor',
    raws({ 'media-events': { ...media, carryRecord: null } }),
    {},
    'unknown',
    /does not say/,
  ],
  ['media.ledger', 'a blocked stick is no medium in use', raws(), {}, 'pass', /none outside it is in use/],
  [
    'media.ledger',
    'a stick that is usable and in no ledger',
    raws({ devices: [stick({ access: 'read-write' })] }),
    {},
    'fail',
    /SanDisk Ultra \(serial AA01\) is usable/,
  ],
  ['media.ledger', 'a registered stick', raws({ devices: [stick(permitted)] }), {}, 'pass', /none outside/],
  ['media.import-scan', 'ready', raws(), asked, 'pass', /scanned by ClamAV 1.4.6/],
  ['media.import-scan', 'observing', raws(), observe, 'fail', /only observes/],
  [
    'media.import-scan',
    'nothing to scan with',
    raws({ 'import-scan': { ...scan, state: 'unavailable' } }),
    asked,
    'fail',
    /nothing to scan with/,
  ],
  ['media.import-scan', 'an agent without it', raws({ 'import-scan': null }), asked, 'unknown', /does not scan media/],
  ['media.import-scan', 'not asked', raws(), {}, 'not asked', /^$/],
  [
    'media.encryption',
    'no medium is permitted now',
    raws({}, volumes('vfat')),
    asked,
    'pass',
    /no medium that may be used/,
  ],
  [
    'media.encryption',
    'a permitted stick in the clear',
    raws({ devices: [stick(permitted)] }, volumes('vfat')),
    asked,
    'fail',
    /SanDisk Ultra is not encrypted \(vfat\)/,
  ],
  [
    'media.encryption',
    'a permitted stick with LUKS',
    raws({ devices: [stick(permitted)] }, volumes('crypto_LUKS')),
    asked,
    'pass',
    /all 1 media/,
  ],
  [
    'media.encryption',
    'a volume that was not read',
    raws({ devices: [stick(permitted, [])] }, volumes('vfat')),
    asked,
    'unknown',
    /what lies on SanDisk Ultra cannot be read/,
  ],
  [
    'media.encryption',
    'no lsblk',
    raws({ devices: [stick(permitted)] }, { lsblk: lost('missing') }),
    asked,
    'unknown',
    /lsblk: not found/,
  ],
  [
    'device.never-block',
    'a keyboard that works',
    raws({ devices: [stick({ class: 'input', access: 'read-write' })] }),
    {},
    'pass',
    /1 plugged in/,
  ],
  [
    'device.never-block',
    'a keyboard that is closed',
    raws({ devices: [stick({ class: 'input' })] }),
    {},
    'fail',
    /Ultra \(keyboard or mouse\) is closed/,
  ],
  [
    'device.input-new',
    'two new keyboards on record',
    raws({ 'media-events': { ...media, counts: { 'device.input-new': 2 } } }),
    {},
    'pass',
    /2 in the last 30 days/,
  ],
  [
    'device.input-new',
    'a journal that cannot be written',
    raws({ sensors: without('journal', [sensor('journal', 'failed')]) }),
    {},
    'fail',
    /journal of the agent has failed/,
  ],
  ['guard.watching', 'working', raws(), {}, 'pass', /devices are watched/],
  [
    'guard.watching',
    'blind',
    raws({ sensors: without('guard.uevents', [sensor('guard.uevents', 'failed')]) }),
    {},
    'fail',
    /guard.uevents/,
  ],
  ['policy.current', 'months to go', raws(), {}, 'pass', /valid until 2027-03-31 \(130 days\)/],
  [
    'policy.current',
    'past its end',
    raws({ policy: { ...policy, expires: '2026-11-20T00:00:00Z' } }),
    {},
    'fail',
    /expired on 2026-11-20; it goes on/,
  ],
  ['policy.current', 'none', raws({ policy: null }), {}, 'fail', /no policy was received/],
  ['policy.authentic', 'two people signed', raws(), {}, 'pass', /signatures verified \(0 documents refused/],
  [
    'policy.authentic',
    'one person signed with two keys',
    raws({ policy: { ...policy, signers: [signer('山田', 'author'), signer('山　田', 'approver')] } }),
    {},
    'fail',
    /lacks the signatures of two people \(1 known/,
  ],
  [
    'policy.authentic',
    'a policy store that has failed',
    raws({ sensors: without('policy-store', [sensor('policy-store', 'failed', 'lost')]) }),
    {},
    'fail',
    /policy-store of the agent has failed \(lost/,
  ],
  ['change.two-person', 'both are named', raws(), {}, 'pass', /signed by 山田 and 鈴木/],
  ['change.two-person', 'none', raws({ policy: null }), {}, 'fail', /no policy that two people approved/],
  ['change.record', 'the last change', raws(), {}, 'pass', /policy v3 on 2026-11-01/],
  ['change.record', 'an altered journal', raws({ journal: broken }), {}, 'fail', /from line 4/],
  ['grant.separation', 'no grant', raws(), {}, 'pass', /no grant is in force/],
  ['exception.approval', 'none', raws(), {}, 'pass', /no exception is in force/],
  ['log.integrity', 'whole', raws(), {}, 'pass', /was whole on 2026-11-21/],
  ['log.integrity', 'altered', raws({ journal: broken }), {}, 'fail', /altered or has gaps from line 4/],
  [
    'log.integrity',
    'not verified yet',
    raws({ journal: { ...journal, verification: null } }),
    {},
    'unknown',
    /not been verified/,
  ],
  ['incident.evidence', 'kept', raws(), {}, 'pass', /kept for 400 days/],
  [
    'incident.evidence',
    'not long enough',
    raws(),
    { log: { retentionDays: 500 } },
    'fail',
    /400 days, the policy asks 500/,
  ],
  ['audit.evidence', 'all there', raws(), {}, 'pass', /signed report/],
  [
    'audit.self-inspection',
    'against the town’s own policy',
    raws(),
    { checks: { off: ['sw.licence'] } },
    'pass',
    /every 60 minutes \(not checked: sw.licence/,
  ],
  [
    'audit.self-inspection',
    'against the built-in default',
    raws({ policy: null }),
    {},
    'fail',
    /no policy was received/,
  ],
  ['policy.display', 'there', raws(), {}, 'pass', /staff can read “Town” here/],
  ['notice.staff', 'told', raws(), {}, 'pass', /staff are told/],
  ['notice.staff', 'not asked', raws(), { response: { notifyUser: false } }, 'not asked', /^$/],
  ['terminal.ledger', 'enrolled', raws(), {}, 'pass', /enrolled at the center as T-1/],
  [
    'terminal.ledger',
    'without a center',
    raws({ uplink: { ...uplink, isConfigured: false } }),
    {},
    'unknown',
    /has no center: look for T-1/,
  ],
  [
    'terminal.ledger',
    'never answered',
    raws({ uplink: { ...uplink, isConnected: false, lastAckAt: null, lastError: 'ECONNREFUSED' } }),
    {},
    'unknown',
    /ECONNREFUSED/,
  ],
  ['net.quarantine', 'ready', raws(), {}, 'pass', /ready to be cut off/],
  [
    'net.quarantine',
    'cut off',
    raws({ quarantine: { ...quarantine, state: 'on', since: at, orderId: 'Q-1', reason: '感染' } }),
    {},
    'pass',
    /since 2026-11-21; order: Q-1; reason: 感染/,
  ],
  [
    'net.quarantine',
    'no nftables',
    raws({ quarantine: { ...quarantine, state: 'unsupported', detail: 'nft: not found' } }),
    {},
    'fail',
    /cannot be cut off \(nft: not found/,
  ],
  ['net.quarantine', 'not asked', raws(), { response: { quarantine: 'off' } }, 'not asked', /^$/],
  ['monitor.always', 'whole and watching', raws(), {}, 'pass', /whole and watching \(1 files/],
  [
    'monitor.always',
    'another executable',
    raws({ integrity: { recordedAt: at, files: [{ ...own, state: 'changed' }] } }),
    {},
    'fail',
    /executable \/usr\/bin\/tanmori was changed/,
  ],
  [
    'monitor.always',
    'a new rule',
    raws({ integrity: { recordedAt: at, files: [{ ...own, role: 'rules', state: 'new' }] } }),
    {},
    'fail',
    /is new/,
  ],
  [
    'monitor.always',
    'nothing was looked at',
    raws({ integrity: { recordedAt: null, files: [] } }),
    {},
    'unknown',
    /own files were not looked at/,
  ],
  [
    'monitor.always',
    'not started by the system',
    raws({}, { unit: unit('disabled') }),
    {},
    'fail',
    /not started by the system/,
  ],
  ['monitor.always', 'no systemd', raws({}, { unit: output('', 1) }), {}, 'unknown', /unit/],
  [
    'monitor.always',
    'any part that failed',
    raws({ sensors: [...sensors, sensor('checks', 'failed', 'disk')] }),
    {},
    'fail',
    /checks of the agent has failed \(disk/,
  ],
]

function find(id: string) {
  const check = checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`${id}: expected a check of that id`)
  return check
}

function grant(changes: object = {}): Grant {
  return grantSchema.parse({
    schema: 'tanmori.grant/1',
    id: 'G-1',
    subject: { kind: 'control', control: 'sw.patch' },
    terminals: ['T-1'],
    validFrom: '2026-11-01T00:00:00Z',
    until: '2026-12-01T00:00:00Z',
    reason: '移行',
    applicant: '山田',
    approver: '鈴木',
    ...changes,
  })
}

describe('checks of what the agent itself knows', () => {
  it.each(table)('%s: %s', (id, _name, given, sections, outcome, reason) => {
    const judged = judgeRaws(find(id), given, { sections: { ...sections } })
    expect(judged?.reason.en ?? '').toMatch(reason)
    expect(judged?.outcome ?? 'not asked').toBe(outcome)
  })

  it.each([...new Set(table.map(([id]) => id))])('%s passes on no reading that failed', (id) => {
    const nothing = Object.fromEntries(agentFacts.map((name) => [name, lost('failed', 'stopped')]))
    const judged = judgeRaws(find(id), nothing, { sections: asked })
    expect(judged?.outcome ?? 'not asked').toMatch(/unknown|not asked/)
    expect(judged?.reason.en ?? 'stopped').toMatch(/stopped/)
  })

  it('are given facts as the agent’s schemas have them', () => {
    for (const name of agentFacts) expect(agentFactSchemas[name].safeParse(well[name]).error).toBeUndefined()
  })

  it('judge Windows alike', () => {
    expect(judgeRaws(find('media.block'), raws(), { system: 'windows' })?.outcome).toBe('pass')
    const service = { service: registry({ Start: 2, FailureActions: `${'00'.repeat(20)}0100000060ea0000` }) }
    expect(judgeRaws(find('monitor.always'), raws({}, service), { system: 'windows' })?.outcome).toBe('pass')
  })
})

describe('grants', () => {
  const judge = (id: string, ...grants: Grant[]) => judgeRaws(find(id), raws(), { grants })
  it.each(['grant.separation', 'exception.approval'])('%s: approved by somebody else', (id) => {
    expect(judge(id, grant())?.outcome).toBe('pass')
  })
  it.each(['grant.separation', 'exception.approval'])(
    '%s: approved by the applicant, written in another width',
    (id) => {
      const judged = judge(id, grant({ applicant: 'Yamada Taro', approver: 'Ｙａｍａｄａ　Ｔａｒｏ' }))
      expect(judged?.outcome).toBe('fail')
      expect(judged?.reason.en).toMatch(/G-1 was approved by its own applicant/)
    },
  )
  it('of another terminal, or that have ended, are none here', () => {
    const judged = judge('grant.separation', grant({ terminals: ['T-2'] }), grant({ until: '2026-11-20T00:00:00Z' }))
    expect(judged?.reason.en).toMatch(/no grant is in force/)
  })
})
