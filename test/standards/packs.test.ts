import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { checks } from '../../src/checks/index.ts'
import { isControlId } from '../../src/controls/find-control.ts'
import { parsePolicyYaml } from '../../src/policy/parse.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { zones } from '../../src/protocol/zone.ts'
import type { Clause } from '../../src/standards/standard.ts'
import { policiesDir, readStandard, standardIds } from './catalogue.ts'
import { citationsOf } from './cited.ts'
import { type SectionName, sectionNames, settingsOf } from './sections.ts'

const packs = standardIds.flatMap((id) => zones.map((zone) => [id, zone] as const))
const standards = new Map(standardIds.map((id) => [id, readStandard(id)] as const))

describe('the packs', () => {
  it('are one for every standard and zone', () => {
    const files = readdirSync(join(policiesDir, 'packs'), { recursive: true, encoding: 'utf8' })
    const wanted = packs.map(([id, zone]) => join(id, `${zone}.yaml`))
    expect(files.filter((name) => name.endsWith('.yaml')).toSorted()).toEqual(wanted.toSorted())
  })

  it.each(packs)('%s/%s parses, and says what it is', (id, zone) => {
    const { policy } = readPack(id, zone)
    expect(policy).toMatchObject({ id: `${id}.${zone}`, standard: id, appliesTo: { zones: [zone] }, version: 1 })
  })

  it.each(packs)('%s/%s cites in each section exactly the clauses that its controls answer', (id, zone) => {
    const cited = citationsOf(readPack(id, zone).policy)
    const clauses = clausesIn(id, zone)
    for (const section of sectionNames) {
      const answered = clauses.filter((clause) => sectionsOf(clause).includes(section)).map(({ ref }) => `${id} ${ref}`)
      expect(cited.get(section), section).toEqual(answered)
    }
  })

  it.each(packs)('%s/%s asks for every control that its clauses cite', (id, zone) => {
    const { policy } = readPack(id, zone)
    const cited = new Set(clausesIn(id, zone).flatMap(({ controls }) => controls))
    const unasked = checks.filter((check) => cited.has(check.id) && !check.isAsked({ policy, zone }))
    expect(unasked.map((check) => check.id)).toEqual([])
  })

  it.each(packs)('%s/%s names every clause in force in its zone, set or not', (id, zone) => {
    const { text } = readPack(id, zone)
    const [set = '', unset = ''] = text.split('# ── 設定のない条項')
    const cited = new Set([...set.matchAll(new RegExp(`^    - ${id} (.+)$`, 'gm'))].map((match) => match[1] ?? ''))
    const named = new Set([...unset.matchAll(/[^#,\n]+(?=[,\n])/g)].map(([ref]) => ref.trim()))
    const missing = clausesIn(id, zone).filter(({ ref }) => !cited.has(ref) && !named.has(ref))
    expect(missing.map(({ ref }) => ref)).toEqual([])
  })

  it.each(packs)(
    '%s/%s has a clause of its standard beside each setting that departs from the baseline',
    (id, zone) => {
      const { policy, text } = readPack(id, zone)
      const baseline = parsePolicyYaml(readFileSync(join(policiesDir, `baseline/${zone}.yaml`)), zone)
      const refs = clausesIn(id, zone).map(({ ref }) => ref)
      const departing = departures(policy, baseline)
      expect(departing.length).toBeGreaterThan(0)
      expect(departing.filter((path) => !refs.some((ref) => besideOf(text, path).includes(ref)))).toEqual([])
    },
  )

  it.each(packs)('%s/%s names beside its settings only clauses in force in its zone', (id, zone) => {
    const { text } = readPack(id, zone)
    const refs = new Set(clausesIn(id, zone).map(({ ref }) => ref))
    const noted = [...text.matchAll(/^ +# ((?:第|\d)[^:\n]*): /gm)].flatMap(([, note = '']) => note.split(/[・、]/))
    expect(noted.length).toBeGreaterThan(15)
    expect(noted.filter((ref) => !refs.has(ref))).toEqual([])
  })
})

function readPack(id: string, zone: string): Readonly<{ text: string; policy: Policy }> {
  const name = `packs/${id}/${zone}.yaml`
  const text = readFileSync(join(policiesDir, name), 'utf8')
  return { text, policy: parsePolicyYaml(text, name) }
}

function clausesIn(id: (typeof standardIds)[number], zone: (typeof zones)[number]): readonly Clause[] {
  return standards.get(id)?.clauses.filter((clause) => clause.zones.includes(zone)) ?? []
}

function sectionsOf({ controls }: Clause): readonly SectionName[] {
  return controls.filter(isControlId).flatMap((id) => settingsOf[id])
}

/** The paths of the settings whose values differ; what a policy is called and cites is no setting. */
function departures(pack: Policy, baseline: Policy): readonly string[] {
  const [own, base] = [leavesOf(pack), leavesOf(baseline)]
  return [...new Set([...own.keys(), ...base.keys()])]
    .filter((path) => !/^(id|title|standard)\b|\.clauses\b/.test(path))
    .filter((path) => own.get(path) !== base.get(path))
}

function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return new Map([[path, JSON.stringify(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, one]) => [...leavesOf(one, path === '' ? key : `${path}.${key}`)]),
  )
}

/** The line of a setting with the comments above it, and above each group that it stands in up to its section. */
function besideOf(text: string, path: string): string {
  const lines = text.split('\n')
  const counter = new LineCounter()
  let node: unknown = parseDocument(text, { lineCounter: counter }).contents
  const beside: string[] = []
  for (const part of path.split('.')) {
    if (!isMap(node)) break
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === part)
    if (!isScalar(pair?.key)) break
    const at = counter.linePos(rangeStart(pair.key)).line - 1
    beside.push(lines[at] ?? '')
    for (let above = at - 1; /^\s*#/.test(lines[above] ?? ''); above -= 1) beside.push(lines[above] ?? '')
    node = pair.value
  }
  return beside.join('\n')
}

function rangeStart(node: Node): number {
  return node.range?.[0] ?? 0
}
