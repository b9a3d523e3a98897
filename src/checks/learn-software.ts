import { stringify } from 'yaml'
import type { SoftwareMatch } from '../policy/sections/posture.ts'
import type { AllowlistFacts } from './allowlist-facts.ts'

/**
 * The `software` section that permits exactly what a reference terminal has: packages by name and publisher, in any
 * version, so that updates go on; other programs by path and content. To be looked through before it is signed.
 */
export function learnSoftware({ programs, outside }: AllowlistFacts): string {
  const packages = programs.map(({ name, publisher }): SoftwareMatch => {
    return { name: literal(name, 200), ...(publisher === '' ? {} : { publisher: literal(publisher, 200) }) }
  })
  // Without its content, a path would permit whatever is put there next.
  const others = outside.flatMap(({ path, sha256 }) => (sha256 === null ? [] : [{ path: literal(path, 500), sha256 }]))
  const single = new Map([...packages, ...others].map((match) => [JSON.stringify(match), match] as const))
  const allowed = [...single].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, match]) => match)
  return `${heading}${stringify({ software: { rule: 'allow-listed', allowed } }, { lineWidth: 0 })}`
}

/** What is longer than the policy takes is permitted by its beginning. */
function literal(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}*`
}

const heading = `# 参照端末から学習した許可リストです。不要なものが含まれていないか確認してから、ポリシーに写して署名します。
# Learnt from a reference terminal: look through it before it goes into a policy and is signed.
`
