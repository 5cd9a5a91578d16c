import type { Credential } from './credential.ts'

const REST_MS = 60_000

/**
 * Credentials that a provider refused. They rest for a minute, which here means that they are tried last: where they
 * are all there is, the next call finds out whether somebody mended them.
 */
export interface CredentialHealth {
  isRefused(credential: Credential, model: string): boolean
  /** @param model where only this model was refused (403), undefined where the key itself was (401) */
  refuse(credential: Credential, model?: string): void
  accept(credential: Credential, model: string): void
}

/** @param nowMs of a clock that never goes back */
export function createCredentialHealth(nowMs: () => number): CredentialHealth {
  const refusedUntil = new Map<string, number>()
  const name = ({ providerId, key }: Credential, model = ''): string =>
    `${providerId}\n${key}\n${model}`
  const isResting = (id: string): boolean => {
    const until = refusedUntil.get(id)
    if (until === undefined) return false
    if (nowMs() < until) return true
    refusedUntil.delete(id)
    return false
  }
  return {
    isRefused: (credential, model) =>
      isResting(name(credential)) || isResting(name(credential, model)),
    refuse(credential, model) {
      // Callers may name models at will; what they name must not fill the memory.
      if (refusedUntil.size >= 1_000) refusedUntil.clear()
      refusedUntil.set(name(credential, model), nowMs() + REST_MS)
    },
    accept(credential, model) {
      if (refusedUntil.size === 0) return
      refusedUntil.delete(name(credential))
      refusedUntil.delete(name(credential, model))
    },
  }
}
