import type { DocumentRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'

const mostNamed = 10

/** Whom a document is meant for, in one line. */
export function useScope(): (appliesTo: DocumentRow['appliesTo']) => string {
  const { pages, terms } = useTexts()
  const join = (names: readonly string[]) =>
    names.slice(0, mostNamed).join(pages.common.listSeparator) + (names.length > mostNamed ? ' …' : '')
  return ({ zones, groups, terminals }) => {
    const parts = [
      join(zones.map((zone) => terms.zones[zone])),
      groups.length === 0 ? '' : pages.document.scopeGroups(join(groups)),
      terminals.length === 0 ? '' : pages.document.scopeTerminals(join(terminals)),
    ].filter((part) => part !== '')
    return parts.length === 0 ? pages.common.all : parts.join(' / ')
  }
}
