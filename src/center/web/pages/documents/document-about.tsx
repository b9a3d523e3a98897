import type { DocumentView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { useScope } from './scope.ts'

export function DocumentAbout({ document }: Readonly<{ document: DocumentView }>) {
  const { pages, terms, format } = useTexts()
  const words = pages.document
  const scope = useScope()
  const dateOf = (at: string | null) => (at === null ? words.noEnd : format.dateTime(at))
  return (
    <section aria-labelledby="about-title">
      <h2 id="about-title">{words.about}</h2>
      <FactList
        facts={[
          [
            words.id,
            <span key="id" className="breakable">
              {document.id}
            </span>,
          ],
          ...(document.mode === null ? [] : [[words.mode, terms.modeMeanings[document.mode]] as const]),
          [words.scope, scope(document.appliesTo)],
          [words.validity, words.range(dateOf(document.validFrom), dateOf(document.expires))],
          [words.signers, <Signers key="signers" signers={document.signers} />],
          [words.uploaded, words.byAt(document.uploadedBy, format.dateTime(document.uploadedAt))],
          ...(document.pushedAt === null
            ? []
            : [[words.pushed, words.byAt(document.pushedBy ?? '', format.dateTime(document.pushedAt))] as const]),
          [
            words.digest,
            <code key="digest" className="breakable">
              {document.digest}
            </code>,
          ],
        ]}
      />
    </section>
  )
}

function Signers({ signers }: Readonly<{ signers: DocumentView['signers'] }>) {
  const { terms } = useTexts()
  const roleWords: Readonly<Record<string, string>> = terms.signerRoles
  return (
    <ul className="bare">
      {signers.map(({ keyid, holder, role }) => (
        <li key={keyid}>
          {roleWords[role] ?? role} <strong>{holder}</strong>{' '}
          <code className="hint breakable">{keyid.slice(0, 16)}</code>
        </li>
      ))}
    </ul>
  )
}
