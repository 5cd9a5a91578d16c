/** A service's own token, beside the user's cookie. */
export const SERVICE_TOKEN_HEADER = 'x-brainlyx-service-token'
/** Every response names the trace that its log lines carry. */
export const TRACE_ID_HEADER = 'x-trace-id'
/** `aud` of the service tokens and access tokens that chat-api accepts. */
export const CHAT_API_AUDIENCE = 'chat-api'
