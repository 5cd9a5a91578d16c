import { StrictMode, startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { HydratedRouter } from 'react-router/dom'
import { TraceIdContext } from './errors/trace-id.ts'
import { askAgainForPageData } from './api/patient-page-data.ts'

window.fetch = askAgainForPageData(window.fetch.bind(window))

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <TraceIdContext value={document.documentElement.dataset['traceId'] ?? ''}>
        <HydratedRouter />
      </TraceIdContext>
    </StrictMode>,
  )
})
