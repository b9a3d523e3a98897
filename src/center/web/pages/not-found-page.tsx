import { useTexts } from '../i18n/language.tsx'
import { useTitle } from '../parts/title.ts'
import { Link } from '../route/link.tsx'

export function NotFoundPage() {
  const { pages } = useTexts()
  useTitle(pages.notFound.title)
  return (
    <>
      <h1>{pages.notFound.title}</h1>
      <p>{pages.notFound.text}</p>
      <p>
        <Link to="/">{pages.notFound.home}</Link>
      </p>
    </>
  )
}
