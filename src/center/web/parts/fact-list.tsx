import { Fragment, type ReactNode } from 'react'

/** Pairs of a name and what it is, aligned. */
export function FactList({ facts }: Readonly<{ facts: readonly (readonly [string, ReactNode])[] }>) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
