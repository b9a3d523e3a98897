import type { ReactNode } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { Button } from './button.tsx'

type FilterBarProps = Readonly<{ isFiltered: boolean; clear: () => void; children: ReactNode }>

export function FilterBar({ isFiltered, clear, children }: FilterBarProps) {
  const { pages } = useTexts()
  return (
    <search className="filters" aria-label={pages.terminals.filter}>
      {children}
      <Button kind="text" onPress={clear} isDisabled={!isFiltered}>
        {pages.common.clear}
      </Button>
    </search>
  )
}
