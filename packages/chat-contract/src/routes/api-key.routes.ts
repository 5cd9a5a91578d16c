import { z } from 'zod'
import {
  ApiKey,
  ApiKeyList,
  ChangeApiKeyInput,
  CreateApiKeyInput,
  NewApiKey,
  RotateApiKeyInput,
} from '../api-key.ts'
import { Identifier } from '../identifier.ts'
import type { Route } from './route.ts'

const ApiKeyParams = z.object({ keyId: Identifier })

export const apiKeyRoutes = {
  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'Your API keys, the newest first; those that have ended too',
    access: 'user',
    status: 200,
    response: ApiKeyList,
  },
  createApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key; it is shown in this answer and never again. Not for guests',
    access: 'user',
    body: CreateApiKeyInput,
    status: 201,
    response: NewApiKey,
  },
  changeApiKey: {
    method: 'PATCH',
    path: '/api-keys/:keyId',
    summary: 'Rename an API key, or change what it may do',
    access: 'user',
    params: ApiKeyParams,
    body: ChangeApiKeyInput,
    status: 200,
    response: ApiKey,
  },
  rotateApiKey: {
    method: 'POST',
    path: '/api-keys/:keyId/rotate',
    summary: 'Replace an API key by a new one; both count for as long as you choose',
    access: 'user',
    params: ApiKeyParams,
    body: RotateApiKeyInput,
    status: 201,
    response: NewApiKey,
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/api-keys/:keyId',
    summary: 'Revoke an API key; what it is calling at the moment is cut off',
    access: 'user',
    params: ApiKeyParams,
    status: 204,
  },
} as const satisfies Record<string, Route>
