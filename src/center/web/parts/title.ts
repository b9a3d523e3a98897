import { useEffect } from 'react'
import { useTexts } from '../i18n/language.tsx'

export function useTitle(title: string): void {
  const { pages } = useTexts()
  useEffect(() => {
    document.title = `${title} | ${pages.product.name}`
  }, [title, pages])
}
