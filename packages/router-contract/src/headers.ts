/** Callers that send `1` receive {@link BrainlyxEvent} chunks between the OpenAI-shaped ones. */
export const EVENTS_HEADER = 'x-brainlyx-events'
/** Response: the deployment that answered. */
export const DEPLOYMENT_HEADER = 'x-brainlyx-deployment'
/** Response: how many provider calls were made. On a stream, those made before the first byte. */
export const ATTEMPTS_HEADER = 'x-brainlyx-attempts'

/** `aud` of service tokens that the router accepts. */
export const ROUTER_AUDIENCE = 'provider-router'
