import type { TerminalView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge, ModeBadge } from '../../parts/badge.tsx'
import { useNow } from '../../parts/clock.ts'
import { FactList } from '../../parts/fact-list.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'

/** What the terminal says that it enforces, and what it was sent. */
export function PolicyPanel({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms } = useTexts()
  const words = pages.terminal
  const nowMs = useNow()
  const { policy, wantedPolicy } = terminal
  const isSame = policy !== null && wantedPolicy !== null && policy.digest === wantedPolicy.digest
  return (
    <section aria-labelledby="policy-title">
      <h2 id="policy-title">{words.policy}</h2>
      {policy === null && <p>{words.noPolicy}</p>}
      {wantedPolicy !== null && (
        <p>
          <Badge icon={isSame ? 'check' : 'wait'} tone={isSame ? 'good' : 'warn'}>
            {isSame ? words.same : words.behind}
          </Badge>
        </p>
      )}
      <FactList
        facts={[
          ...(policy === null
            ? []
            : [
                [words.inForce, `${policy.id} ${pages.terminals.version(policy.version)}`] as const,
                [
                  words.mode,
                  <span key="mode" className="pair">
                    <ModeBadge mode={policy.mode} />
                    <span className="hint">{terms.modeMeanings[policy.mode]}</span>
                  </span>,
                ] as const,
                [words.appliedAt, <When key="applied" at={policy.appliedAt} />] as const,
                [
                  words.expires,
                  <span key="expires" className="pair">
                    <When at={policy.expires} />
                    {Date.parse(policy.expires) < nowMs && (
                      <Badge icon="warn" tone="warn">
                        {words.expired}
                      </Badge>
                    )}
                  </span>,
                ] as const,
              ]),
          [
            words.wanted,
            wantedPolicy === null ? (
              words.noWanted
            ) : (
              <Link key="wanted" to={`/documents/${wantedPolicy.digest}`}>
                {`${wantedPolicy.id} ${pages.terminals.version(wantedPolicy.version)}`}
              </Link>
            ),
          ],
        ]}
      />
    </section>
  )
}
