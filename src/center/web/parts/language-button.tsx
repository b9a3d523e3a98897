import { useTexts } from '../i18n/language.tsx'

export function LanguageButton() {
  const { pages, language, switchLanguage } = useTexts()
  const other = language === 'ja' ? 'en' : 'ja'
  return (
    <button
      type="button"
      className="head-button"
      lang={other}
      aria-label={pages.nav.languageLabel}
      onClick={switchLanguage}
    >
      {pages.nav.language}
    </button>
  )
}
