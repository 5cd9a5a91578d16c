import { ServiceError } from '@brainlyx/service-kit'
import type { CredentialHealth } from '../credential/credential-health.ts'
import type { Credential } from '../credential/credential.ts'
import type { Deployment } from '../select/deployment.ts'
import type { Selection } from '../select/select-model.ts'
import type { RequestNeeds } from './request-needs.ts'

/** Where and as whom a request may be answered. */
export interface Candidate {
  readonly deployment: Deployment
  readonly credential: Credential
}

/**
 * The places to try, in order. A caller who named a model gets that model, and its provider's word on whether it can;
 * for a virtual model those that cannot are left out. Credentials that were refused a moment ago go last.
 * @throws {ServiceError} 400 `unsupported-capability`
 */
export function chooseCandidates(
  selection: Selection,
  needs: RequestNeeds,
  health: CredentialHealth,
): Candidate[] {
  const deployments =
    selection.kind === 'virtual' ? capable(selection.deployments, needs) : selection.deployments
  const candidates = deployments.flatMap((deployment) =>
    deployment.provider.credentials.map((credential) => ({ deployment, credential })),
  )
  const isRefused = ({ deployment, credential }: Candidate): boolean =>
    health.isRefused(credential, deployment.model)
  return [
    ...candidates.filter((candidate) => !isRefused(candidate)),
    ...candidates.filter(isRefused),
  ]
}

function capable(deployments: readonly Deployment[], needs: RequestNeeds): readonly Deployment[] {
  const can = deployments.filter(
    ({ capabilities }) =>
      !(needs.images && capabilities.images === false) &&
      !(needs.tools && capabilities.tools === false),
  )
  if (can.length === 0) {
    const wanted = [needs.images ? 'images' : '', needs.tools ? 'tools' : ''].filter(Boolean)
    throw new ServiceError({
      code: 'unsupported-capability',
      status: 400,
      title: 'No model here can take this request.',
      detail: `None of this model’s deployments takes ${wanted.join(' and ')}.`,
    })
  }
  // Our count is rough: where it rules out all of them, their providers' own decides.
  const fitting = can.filter(
    ({ contextTokens }) => contextTokens === null || needs.inputTokens <= contextTokens,
  )
  return fitting.length > 0 ? fitting : can
}
