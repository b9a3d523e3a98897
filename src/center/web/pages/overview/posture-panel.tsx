import { useQuery } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { severityLooks } from '../../parts/badge.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Link } from '../../route/link.tsx'

const refreshMs = 60_000
const shownSeverities = ['critical', 'high', 'medium', 'low'] as const

/** Findings and failing controls in short; the pages of controls tell the rest. */
export function PosturePanel() {
  const { pages, results, language, terms, format } = useTexts()
  const words = results.posture
  const posture = useQuery({ ...queries.posture(), refetchInterval: refreshMs })
  return (
    <section aria-labelledby="posture-title">
      <div className="section-head">
        <h2 id="posture-title">{words.title}</h2>
        <Link to="/controls">{words.seeAll}</Link>
      </div>
      <Answered query={posture}>
        {({ findings, failing, failingControls, reporting, terminals }) => (
          <div className="tiles">
            <div className="tile">
              <h3>{words.openFindings}</h3>
              <p className="tile-value">
                <strong>{pages.common.count(findings.open)}</strong>
              </p>
              {findings.open > 0 && (
                <p className="hint severity-counts">
                  {shownSeverities.map((severity) =>
                    findings.bySeverity[severity] === 0 ? null : (
                      <span key={severity} className={`head-icon text-${severityLooks[severity].tone}`}>
                        <Icon name={severityLooks[severity].icon} />
                        {terms.severities[severity]} {format.number(findings.bySeverity[severity])}
                      </span>
                    ),
                  )}
                </p>
              )}
              <p className="hint">
                {findings.open === 0
                  ? words.findingsNone
                  : words.findingsOn(pages.common.terminals(findings.terminals))}
              </p>
            </div>
            <div className="tile tile-wide">
              <h3>{words.failing}</h3>
              {failing.length === 0 && <p>{words.failingNone}</p>}
              <ul className="bare failing">
                {failing.map(({ control, title, fail }) => (
                  <li key={control}>
                    <Link to={`/controls/${encodeURIComponent(control)}?state=fail`}>{title[language]}</Link>
                    <span className="count text-bad">{pages.common.terminals(fail)}</span>
                  </li>
                ))}
              </ul>
              {failingControls > failing.length && (
                <p className="hint">{words.failingOf(format.number(failingControls))}</p>
              )}
            </div>
            <div className="tile">
              <h3>{words.reporting}</h3>
              <p className="tile-value">
                <strong>{pages.common.terminals(reporting)}</strong>
              </p>
              <p className="hint">{words.reportingOf(format.number(reporting), format.number(terminals))}</p>
            </div>
          </div>
        )}
      </Answered>
    </section>
  )
}
