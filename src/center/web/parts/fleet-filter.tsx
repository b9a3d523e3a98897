import { useQuery } from '@tanstack/react-query'
import { zones } from '../../../protocol/zone.ts'
import type { FleetQuery } from '../../api/results-contract.ts'
import { queries } from '../api/queries.ts'
import { useTexts } from '../i18n/language.tsx'
import { setSearch, usePlace } from '../route/location.ts'
import { Select } from './select.tsx'

/** The zone and group that the address names. */
export function useFleetQuery(): FleetQuery {
  const { search } = usePlace()
  const zone = zones.find((known) => known === search.get('zone'))
  const group = search.get('group')
  return { ...(zone === undefined ? {} : { zone }), ...(group === null ? {} : { group }) }
}

/** What a change of any filter starts anew. */
export const firstPage = { cursor: '', page: '' } as const
export const clearedFleet = { zone: '', group: '', ...firstPage } as const

/** Narrows a list to a zone and a group. */
export function FleetFilter() {
  const { pages, results } = useTexts()
  const { group } = useFleetQuery()
  const groups = useQuery(queries.groups()).data?.groups.filter((name) => name !== '') ?? []
  return (
    <>
      <ZoneFilter />
      {groups.length > 0 && (
        <Select
          label={results.group}
          value={group ?? ''}
          options={group === undefined || groups.includes(group) ? groups : [group, ...groups]}
          word={(option) => option}
          all={pages.common.all}
          onChange={(next) => setSearch({ group: next, ...firstPage })}
        />
      )}
    </>
  )
}

export function ZoneFilter() {
  const { pages, terms } = useTexts()
  return (
    <Select
      label={pages.terminals.zone}
      value={useFleetQuery().zone ?? ''}
      options={zones}
      word={(option) => terms.zones[option]}
      all={pages.common.all}
      onChange={(next) => setSearch({ zone: next, ...firstPage })}
    />
  )
}
