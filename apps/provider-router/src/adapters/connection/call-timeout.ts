/** Longer than any deadline the router sets by its signal, so that the SDKs' own never decides. */
export const CALL_TIMEOUT_MS = 3_600_000
