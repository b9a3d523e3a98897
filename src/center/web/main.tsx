import './strict-csp.ts'
import '@digital-go-jp/design-tokens/dist/tokens.css'
import '@fontsource-variable/noto-sans-jp/wght.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/parts.css'
import './styles/table.css'
import './styles/pages.css'
import './styles/results.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { LanguageProvider } from './i18n/language.tsx'
import { PageGuard } from './parts/page-guard.tsx'
import { createClient } from './session/client.ts'
import { SessionGate } from './session/session.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <PageGuard>
        <QueryClientProvider client={createClient()}>
          <SessionGate>
            <App />
          </SessionGate>
        </QueryClientProvider>
      </PageGuard>
    </LanguageProvider>
  </StrictMode>,
)
