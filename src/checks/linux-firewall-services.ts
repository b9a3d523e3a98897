import type { Firewall } from './firewall.ts'
import { filtersInput } from './iptables-rules.ts'
import { rawOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

const units = ['nftables', 'ufw', 'firewalld', 'netfilter-persistent', 'iptables'] as const
type Unit = (typeof units)[number]

/** What loads a firewall at start, and what it loads: systemd answers anybody. */
export const startedFirewallReadings = {
  firewallUnits: { kind: 'command', program: 'systemctl', args: ['is-active', ...units] },
  '/etc/nftables.conf': { kind: 'file', path: '/etc/nftables.conf' },
  '/etc/ufw/ufw.conf': { kind: 'file', path: '/etc/ufw/ufw.conf' },
  '/etc/iptables/rules.v4': { kind: 'file', path: '/etc/iptables/rules.v4' },
  '/etc/sysconfig/iptables': { kind: 'file', path: '/etc/sysconfig/iptables' },
} as const satisfies Readings

/** The firewall as it is set up to be, where the kernel does not say how it is. */
export function hasStartedFirewall(raws: Raws): Firewall {
  const states = rawOf(raws, 'firewallUnits', 'command')?.stdout.trim().split('\n') ?? []
  if (states.length !== units.length) return { state: 'unknown', reason: untold }
  const active = units.filter((_, index) => states[index] === 'active')
  if (active.length === 0) return { state: 'off', by: 'systemd' }
  const refusing = active.find((unit) => refuses[unit](raws))
  if (refusing !== undefined) return { state: 'on', by: refusing }
  const [first = ''] = active
  return /^\s*include\b/m.test(textOf(raws, '/etc/nftables.conf') ?? '')
    ? { state: 'unknown', reason: included }
    : { state: 'off', by: first }
}

/** firewalld refuses by default, in every zone but `trusted`. */
const refuses: Readonly<Record<Unit, (raws: Raws) => boolean>> = {
  nftables: (raws) => refusesInput(textOf(raws, '/etc/nftables.conf') ?? ''),
  ufw: (raws) => /^\s*ENABLED=["']?yes/im.test(textOf(raws, '/etc/ufw/ufw.conf') ?? ''),
  firewalld: () => true,
  'netfilter-persistent': (raws) => filtersInput(textOf(raws, '/etc/iptables/rules.v4') ?? ''),
  iptables: (raws) => filtersInput(textOf(raws, '/etc/sysconfig/iptables') ?? ''),
}

/** nft(8): a chain on the hook `input` that drops or rejects, itself or by a chain that it names. */
export function refusesInput(text: string): boolean {
  const chains = chainsIn(text.replaceAll(/#.*$/gm, ''))
  return chains.some(({ body }) => /\bhook\s+input\b/.test(body) && refusesBelow(body, chains, []))
}

type Chain = Readonly<{ name: string; body: string }>

function refusesBelow(body: string, chains: readonly Chain[], seen: readonly string[]): boolean {
  if (/\b(drop|reject)\b/.test(body)) return true
  const targets = [...body.matchAll(/\b(?:jump|goto)\s+(\S+?)[\s;}]/g)].map(([, name = '']) => name)
  const next = chains.filter(({ name }) => targets.includes(name) && !seen.includes(name))
  return next.some((chain) => refusesBelow(chain.body, chains, [...seen, chain.name]))
}

function chainsIn(text: string): readonly Chain[] {
  return [...text.matchAll(/\bchain\s+(\S+)\s*\{/g)].map(({ 0: head, 1: name = '', index }) => ({
    name,
    body: bodyFrom(text, index + head.length),
  }))
}

/** Sets have braces of their own. */
function bodyFrom(text: string, start: number): string {
  let depth = 1
  let at = start
  while (at < text.length && depth > 0) {
    if (text[at] === '{') depth++
    if (text[at] === '}') depth--
    at++
  }
  return text.slice(start, at)
}

const untold = {
  ja: '規則を読む権限がなく、サービスの状態も systemctl で確認できません',
  en: 'the rules may not be read, and systemctl does not tell which service is active',
}
const included = {
  ja: '/etc/nftables.conf が読み込む別の規則までは確認できません',
  en: 'rules that /etc/nftables.conf includes are not looked at',
}
