import { type ColumnDef, createColumnHelper, type RowData, tableFeatures, useTable } from '@tanstack/react-table'
import { Fragment, type ReactNode } from 'react'

/** Sorting, filtering and paging are the center's: the table only lays out what it is given. */
export const features = tableFeatures({})
export type Columns<T extends RowData> = readonly ColumnDef<typeof features, T>[]

/** `column<TerminalRow>('hostname', 'Host name', (row) => …)` */
export function createColumns<T extends RowData>() {
  const helper = createColumnHelper<typeof features, T>()
  return (id: string, header: string, cell: (row: T) => ReactNode): ColumnDef<typeof features, T> =>
    helper.display({ id, header, cell: ({ row }) => cell(row.original) })
}

type DataTableProps<T extends RowData> = Readonly<{
  caption: string
  columns: Columns<T>
  rows: T[]
  rowId: (row: T) => string
  rowClass?: (row: T) => string
  /** An extra line under a row, across all columns; null for none. */
  under?: (row: T) => ReactNode
  busy?: boolean
}>

/**
 * A table that becomes a list of labelled lines where it is narrow (200 % zoom). The roles are written out because
 * `display: block` takes them away.
 */
export function DataTable<T extends RowData>({
  caption,
  columns,
  rows,
  rowId,
  rowClass,
  under,
  busy,
}: DataTableProps<T>) {
  const table = useTable({ features, columns, data: rows, getRowId: rowId })
  const headers = table.getHeaderGroups().flatMap((group) => group.headers)
  const labels = new Map(headers.map((header) => [header.column.id, String(header.column.columnDef.header ?? '')]))
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <table role="table" className="table" aria-busy={busy === true}>
      <caption className="hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {headers.map((header) => (
            <th key={header.id} role="columnheader" scope="col" data-column={header.column.id}>
              <table.FlexRender header={header} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {table.getRowModel().rows.map((row) => {
          const below = under?.(row.original) ?? null
          return (
            <Fragment key={row.id}>
              <tr role="row" data-row={row.id} className={rowClass?.(row.original)}>
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} role="cell" data-column={cell.column.id} data-label={labels.get(cell.column.id)}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
              {below !== null && (
                <tr role="row" className="row-under">
                  <td role="cell" colSpan={headers.length}>
                    {below}
                  </td>
                </tr>
              )}
            </Fragment>
          )
        })}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  )
}
