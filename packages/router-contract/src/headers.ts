/**
 * Callers that send `1` receive {@link BrainlyxEvent} chunks between the OpenAI-shaped ones. Where the answer does not
 * stream, they do so if they accept `text/event-stream` besides: it is then the last item before `[DONE]`.
 */
export const EVENTS_HEADER = 'x-brainlyx-events'
/** Value of {@link EVENTS_HEADER}: only those of provider calls. Such a caller cannot be told to forget what it has. */
export const ATTEMPT_EVENTS = 'attempts'
/** Response: the deployment that answered. */
export const DEPLOYMENT_HEADER = 'x-brainlyx-deployment'
/** Response: how many provider calls were made. On a stream, those made before the first byte. */
export const ATTEMPTS_HEADER = 'x-brainlyx-attempts'

/** `aud` of service tokens that the router accepts. */
export const ROUTER_AUDIENCE = 'provider-router'
/** Response: what `GET /admin/decisions/:id` explains. */
export const DECISION_HEADER = 'x-brainlyx-decision'
/** Response of a call that does not stream: what all its attempts cost, in pico-dollars; absent where unknown. */
export const COST_HEADER = 'x-brainlyx-cost-pico-usd'
/** Request: where the caller is, for the strategy `geographic`. */
export const REGION_HEADER = 'x-brainlyx-region'
/** Request: a comma list of regions where the request may be worked on, and nowhere else. */
export const RESIDENCY_HEADER = 'x-brainlyx-residency'
/** Request: `raw` leaves the answer's text as the model wrote it. */
export const STYLE_HEADER = 'x-brainlyx-style'
/** Request: `0` lets no other request share this one's call. */
export const SHARE_HEADER = 'x-brainlyx-share'
/**
 * Request that does not stream: the caller's own name for it. Sent again within an hour it gets the same answer, and no
 * provider is called again.
 */
export const IDEMPOTENCY_HEADER = 'idempotency-key'
/** Response: `true` where the answer is the one that a former request of the same key got. */
export const REPLAYED_HEADER = 'idempotent-replayed'
