import { z } from 'zod'
import type { Firewall } from './firewall.ts'
import { filtersInput } from './iptables-rules.ts'
import { hasStartedFirewall, startedFirewallReadings } from './linux-firewall-services.ts'
import { isMissing, outputOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

/** ufw and firewalld end as rules of one of these two; the rules are what counts. */
export const linuxFirewallReadings = {
  nft: { kind: 'command', program: 'nft', args: ['--json', 'list', 'ruleset'] },
  // Listing with the old tool would load its kernel modules; this file says whether they are in use.
  oldTables: { kind: 'file', path: '/proc/net/ip_tables_names' },
  ...startedFirewallReadings,
} as const satisfies Readings

/** `iptables` writes nftables rules of its own kind, which it can list where `nft` itself is not installed. */
export function linuxFirewallMore(raws: Raws): Readings {
  const old: Readings = hasOldFilter(raws)
    ? { oldRules: { kind: 'command', program: 'iptables-legacy', args: ['-S'] } }
    : {}
  const instead: Readings = isMissing(raws, 'nft')
    ? { rules: { kind: 'command', program: 'iptables', args: ['-S'] } }
    : {}
  return { ...old, ...instead }
}

export function parseLinuxFirewall(raws: Raws): Firewall {
  const nft = outputOf(raws, 'nft')
  if (nft !== null && parseNftFilters(nft) === true) return { state: 'on', by: 'nftables' }
  const lists = ['oldRules', 'rules'].flatMap((name) => outputOf(raws, name) ?? [])
  if (lists.some(filtersInput)) return { state: 'on', by: 'iptables' }
  if (hasOldFilter(raws) && outputOf(raws, 'oldRules') === null) return hasStartedFirewall(raws)
  if (nft !== null) return parseNftFilters(nft) === false ? { state: 'off', by: 'nftables' } : notUnderstood
  // Only CAP_NET_ADMIN may list the kernel's rules, which the agent's service does not have.
  if (!isMissing(raws, 'nft')) return hasStartedFirewall(raws)
  if (outputOf(raws, 'rules') !== null) return { state: 'off', by: 'iptables' }
  return isMissing(raws, 'rules') ? { state: 'off', by: '' } : hasStartedFirewall(raws)
}

const ruleSchema = z.object({ chain: z.string(), table: z.string(), family: z.string(), expr: z.array(z.json()) })
const chainSchema = z.object({
  name: z.string(),
  table: z.string(),
  family: z.string(),
  hook: z.string().optional(),
  type: z.string().optional(),
  policy: z.string().optional(),
})
const rulesetSchema = z.object({
  nftables: z.array(z.object({ chain: chainSchema.optional(), rule: ruleSchema.optional() })),
})

/** Whether something refuses what comes in: libnftables-json(5). Null where it is not that. */
export function parseNftFilters(text: string): boolean | null {
  const ruleset = parseRuleset(text)
  if (ruleset === null) return null
  const chains = ruleset.nftables.flatMap(({ chain }) => chain ?? [])
  const rules = ruleset.nftables.flatMap(({ rule }) => rule ?? [])
  const entries = chains.filter(({ hook, type }) => hook === 'input' && type === 'filter')
  return entries.some((chain) => chain.policy === 'drop' || refusesBelow(chain, rules, []))
}

type Chain = z.infer<typeof chainSchema>
type Rule = z.infer<typeof ruleSchema>

/** A refusal in the chain itself or in one that it jumps to. */
function refusesBelow(
  chain: Pick<Chain, 'name' | 'table' | 'family'>,
  rules: readonly Rule[],
  seen: readonly string[],
): boolean {
  if (seen.includes(chain.name)) return false
  const own = rules.filter(
    (rule) => rule.chain === chain.name && rule.table === chain.table && rule.family === chain.family,
  )
  const text = JSON.stringify(own.map(({ expr }) => expr))
  if (/\{"(drop|reject)":/.test(text)) return true
  const targets = [...text.matchAll(/\{"(?:jump|goto)":\{"target":"([^"]+)"/g)].map(([, name = '']) => name)
  return targets.some((name) => refusesBelow({ ...chain, name }, rules, [...seen, chain.name]))
}

function parseRuleset(text: string): z.infer<typeof rulesetSchema> | null {
  try {
    return rulesetSchema.parse(JSON.parse(text))
  } catch {
    return null // a version that prints otherwise: not known rather than off
  }
}

function hasOldFilter(raws: Raws): boolean {
  return /^filter$/m.test(textOf(raws, 'oldTables') ?? '')
}

const notUnderstood: Firewall = {
  state: 'unknown',
  reason: { ja: 'nft の出力を解釈できません', en: 'the output of nft cannot be made out' },
}
