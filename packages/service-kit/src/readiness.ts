/** What `/readyz` tells: whether to send traffic here, and what is away without making that pointless. */
export interface Readiness {
  readonly ready: boolean
  readonly degraded: readonly string[]
}
