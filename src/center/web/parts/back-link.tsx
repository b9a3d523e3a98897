import type { ReactNode } from 'react'
import { Link } from '../route/link.tsx'
import { Icon } from './icon.tsx'

export function BackLink({ to, children }: Readonly<{ to: string; children: ReactNode }>) {
  return (
    <p className="back">
      <Link to={to}>
        <Icon name="left" />
        {children}
      </Link>
    </p>
  )
}
