import { createContext } from 'react'

/** The trace of the request that made this page, to quote when something failed. */
export const TraceIdContext = createContext('')
