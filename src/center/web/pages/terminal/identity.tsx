import type { TerminalView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { When } from '../../parts/when.tsx'

export function Identity({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms } = useTexts()
  const words = pages.terminal
  return (
    <section aria-labelledby="identity-title">
      <h2 id="identity-title">{words.identity}</h2>
      <FactList
        facts={[
          [words.zone, terms.zones[terminal.zone]],
          [words.group, terminal.group === '' ? pages.common.none : terminal.group],
          [words.os, terminal.os],
          [words.agent, terminal.agentVersion],
          [words.enrolledAt, <When key="enrolled" at={terminal.enrolledAt} />],
          [words.certificate, <When key="certificate" at={terminal.certificateExpires} />],
          [
            words.id,
            <code key="id" className="breakable">
              {terminal.id}
            </code>,
          ],
        ]}
      />
    </section>
  )
}
