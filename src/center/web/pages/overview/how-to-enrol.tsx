import { useTexts } from '../../i18n/language.tsx'
import { Empty } from '../../parts/states.tsx'

/** What to do when there is no terminal yet. */
export function HowToEnrol() {
  const { pages } = useTexts()
  const words = pages.overview
  return (
    <Empty title={words.emptyTitle}>
      <ol>
        <li>
          {words.empty1}
          <code className="command">tanmori-center enrol new --zone lgwan</code>
        </li>
        <li>
          {words.empty2}
          <code className="command">tanmori enrol tanmori1.…</code>
        </li>
        <li>{words.empty3}</li>
      </ol>
    </Empty>
  )
}
