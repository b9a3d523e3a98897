import { allowlistFactsSchema } from '../../src/checks/allowlist-facts.ts'
import { learnSoftware } from '../../src/checks/learn-software.ts'
import { swAllowlist } from '../../src/checks/sw.allowlist.ts'
import { TanmoriError } from '../../src/errors.ts'
import type { CommandContext, ExitStatus } from './context.ts'

/**
 * `tanmori check --learn`: the software of this terminal as a list of what is permitted, YAML for a policy. Whatever
 * stands in the watched folders is permitted by it: to be run on a terminal that is known to be clean.
 * @throws TanmoriError `platform.failed` where not all of it could be read: a list with holes would be taken for whole
 */
export async function learnAllowlist(context: CommandContext): Promise<ExitStatus> {
  const { readFactsAlone } = await import('../checks/alone.ts')
  const read = await readFactsAlone(context.config(), swAllowlist, context.now)
  if (!read.ok) throw new TanmoriError('platform.failed', `${swAllowlist.id}: ${read.reason[context.language]}`)
  const facts = allowlistFactsSchema.parse(read.facts)
  const isCut = facts.outsideCount > facts.outside.length
  if (facts.unread.length > 0 || isCut) {
    const what = isCut ? `${facts.outsideCount} programs in them` : facts.unread.join(', ')
    throw new TanmoriError('platform.failed', `watched folders: wanted all of them read, came not all of ${what}`)
  }
  const { programs, outside } = facts
  context.write(context.isJson ? `${JSON.stringify({ programs, outside })}\n` : learnSoftware(facts))
  return 0
}
