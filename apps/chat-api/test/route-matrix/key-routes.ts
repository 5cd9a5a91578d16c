/** A route that an API key opens, and nothing else does. */
export interface KeyRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As the app has it. */
  readonly path: string
  /** As it is asked. */
  readonly asked: string
  readonly body?: object
  /** What a key gets. Default: 200. */
  readonly passes?: number
}

export const keyRoutes: readonly KeyRoute[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    asked: '/v1/chat/completions',
    body: { model: 'auto', messages: [{ role: 'user', content: 'What is a lamp?' }] },
  },
  {
    method: 'POST',
    path: '/v1/responses',
    asked: '/v1/responses',
    body: { model: 'auto', input: 'What is a lamp?' },
  },
  {
    method: 'GET',
    path: '/v1/responses/:id',
    asked: '/v1/responses/resp_1',
    passes: 404,
  },
  {
    method: 'DELETE',
    path: '/v1/responses/:id',
    asked: '/v1/responses/resp_1',
    passes: 404,
  },
  {
    method: 'GET',
    path: '/v1/responses/:id/input_items',
    asked: '/v1/responses/resp_1/input_items',
    passes: 404,
  },
  {
    method: 'POST',
    path: '/v1/messages',
    asked: '/v1/messages',
    body: { model: 'auto', max_tokens: 100, messages: [{ role: 'user', content: 'A lamp' }] },
  },
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    asked: '/v1/messages/count_tokens',
    body: { model: 'auto', messages: [{ role: 'user', content: 'A lamp' }] },
  },
  {
    method: 'POST',
    path: '/v1/embeddings',
    asked: '/v1/embeddings',
    body: { model: 'openai/text-embedding-3-small', input: 'A lamp' },
  },
  { method: 'GET', path: '/v1/models', asked: '/v1/models' },
  { method: 'GET', path: '/v1/models/*id', asked: '/v1/models/openai/gpt-4.1' },
]
