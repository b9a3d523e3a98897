/** `iptables -S` or iptables-save(8): the policy DROP, or a rule that refuses, in INPUT or in a chain that it leads to. */
export function filtersInput(text: string): boolean {
  return /^(?:-P INPUT|:INPUT) DROP\b/m.test(text) || leadsToRefusal(text, 'INPUT', [])
}

function leadsToRefusal(text: string, chain: string, seen: readonly string[]): boolean {
  if (seen.includes(chain)) return false
  const own = text.split('\n').filter((line) => line.startsWith(`-A ${chain} `))
  const targets = own.flatMap((line) => /-[jg] (\S+)/.exec(line)?.[1] ?? [])
  if (targets.some((target) => target === 'DROP' || target === 'REJECT')) return true
  return targets.some((target) => leadsToRefusal(text, target, [...seen, chain]))
}
