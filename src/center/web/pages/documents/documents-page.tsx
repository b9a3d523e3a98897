import { useQuery } from '@tanstack/react-query'
import { documentKinds } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { setSearch, usePlace } from '../../route/location.ts'
import { useMay } from '../../session/session.tsx'
import { DocumentList } from './document-list.tsx'
import { Upload } from './upload.tsx'

export function DocumentsPage() {
  const { pages, terms } = useTexts()
  const words = pages.documents
  const { search } = usePlace()
  const kind = documentKinds.find((known) => known === search.get('kind'))
  const paging = usePaging()
  const mayUpload = useMay('operator')
  const list = useQuery(
    queries.documents({
      ...(kind === undefined ? {} : { kind }),
      ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }),
    }),
  )
  useTitle(words.title)
  return (
    <>
      <div className="page-head">
        <h1>{words.title}</h1>
        <p className="hint">{words.lead}</p>
      </div>
      {mayUpload && <Upload />}
      <FilterBar isFiltered={kind !== undefined} clear={() => setSearch({ kind: '', cursor: '', page: '' })}>
        <Select
          label={words.kind}
          value={kind ?? ''}
          options={documentKinds}
          word={(option) => terms.documentKinds[option]}
          all={words.allKinds}
          onChange={(next) => setSearch({ kind: next, cursor: '', page: '' })}
        />
      </FilterBar>
      <PagedList query={list} name={`documents ${kind ?? ''}`} paging={paging} empty={<HowToPush />}>
        {(rows, busy) => <DocumentList rows={rows} busy={busy} />}
      </PagedList>
    </>
  )
}

function HowToPush() {
  const { pages } = useTexts()
  const words = pages.documents
  return (
    <Empty title={words.empty}>
      <ol>
        <li>
          {words.empty1}
          <code className="command">tanmori-center policy new|sign|approve</code>
        </li>
        <li>{words.empty2}</li>
        <li>{words.empty3}</li>
      </ol>
    </Empty>
  )
}
