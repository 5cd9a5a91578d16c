import type { RouterModel } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { KeyPrincipal } from '../api-keys/key-principal.ts'
import type { ModelList } from '../model/model-list.ts'

export interface ModelAccess {
  /** What a key may call: chat models first, then those that make embeddings. */
  list(key: KeyPrincipal): Promise<RouterModel[]>
  /** @throws {ServiceError} 404 `model-not-found`, the same where it is not there and where the key may not */
  find(key: KeyPrincipal, id: string, kind?: 'chat' | 'embedding'): Promise<RouterModel>
}

/**
 * The models of the list and no others: the router would take any name that a provider knows, at whatever price.
 * @param lists.ofTier those of its user's tier; null: all
 */
export function createModelAccess(lists: {
  chat: Pick<ModelList, 'read'>
  embedding: Pick<ModelList, 'read'>
  ofTier: (key: KeyPrincipal) => Promise<readonly string[] | null>
}): ModelAccess {
  const allowed = async (
    key: KeyPrincipal,
    kind?: 'chat' | 'embedding',
  ): Promise<RouterModel[]> => {
    const chat = kind === 'embedding' ? [] : await lists.chat.read()
    const embedding = kind === 'chat' ? [] : await lists.embedding.read()
    const scopes = [key.models, await lists.ofTier(key)]
    return [...chat, ...embedding].filter(({ id }) =>
      scopes.every((models) => models === null || models.includes(id)),
    )
  }
  return {
    list: (key) => allowed(key),
    async find(key, id, kind) {
      const found = (await allowed(key, kind)).find((model) => model.id === id)
      if (found === undefined) throw modelNotFound
      return found
    },
  }
}

const modelNotFound = new ServiceError({
  code: 'model-not-found',
  status: 404,
  title: 'There is no such model for this key.',
  detail: 'There is no such model for this key. `GET /v1/models` lists those there are.',
  fields: [{ path: 'model', message: 'is not known' }],
})
