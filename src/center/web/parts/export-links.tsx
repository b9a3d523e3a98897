import { searchOf } from '../api/request.ts'
import { useTexts } from '../i18n/language.tsx'
import { Icon } from './icon.tsx'

type ExportLinksProps = Readonly<{ path: string; query: Readonly<Record<string, unknown>> }>

/** The list as a file, by ordinary links: the browser saves it while the center is still writing. */
export function ExportLinks({ path, query }: ExportLinksProps) {
  const { results, language } = useTexts()
  const address = (format: 'csv' | 'json') => `${path}/export${searchOf({ ...query, format, lang: language })}`
  return (
    <p className="export" title={results.exportHint}>
      <a href={address('csv')} download>
        <Icon name="download" />
        {results.exportCsv}
      </a>
      <a href={address('json')} download>
        {results.exportJson}
      </a>
    </p>
  )
}
