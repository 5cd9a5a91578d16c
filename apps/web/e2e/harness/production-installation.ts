import { createTestRedis } from '@brainlyx/testkit'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { createMigratedDatabase } from './migrated-database.ts'
import { selfSignedCertificate } from './self-signed-certificate.ts'
import { makeServiceKeys } from './service-keys.ts'
import { freePort, startService } from './service-process.ts'
import type { ServiceProcess } from './service-process.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..')

export interface ProductionInstallation extends AsyncDisposable {
  /** Over TLS, as production asks for; its certificate is nobody's. */
  readonly url: string
  readonly chatApi: ServiceProcess
}

/** The pages and chat-api as they are outside local mode, behind TLS, with nobody in the database. No answers are made. */
export async function startProductionInstallation(): Promise<ProductionInstallation> {
  await using resources = new AsyncDisposableStack()
  const database = await createMigratedDatabase(REPOSITORY)
  resources.defer(() => database.close())
  const redis = await createTestRedis()
  resources.defer(() => redis.close())
  const scratch = await mkdtemp(join(tmpdir(), 'brainlyx-browser-tests-'))
  resources.defer(() => rm(scratch, { recursive: true, force: true }))
  const webPort = await freePort()
  const front = await openTlsFront(webPort)
  resources.defer(() => front.close())

  const keys = makeServiceKeys(['web', 'chat-api'])
  const shared = {
    BRAINLYX_MODE: 'production',
    HOST: '127.0.0.1',
    PUBLIC_ORIGIN: front.url,
    SERVICE_TOKEN_PUBLIC_JWKS: keys.publicJwks,
  }
  const chatApi = await startService({
    name: 'chat-api',
    entry: join(REPOSITORY, 'apps/chat-api/src/main.ts'),
    environment: {
      ...shared,
      SERVICE_TOKEN_PRIVATE_JWK: keys.privateJwk('chat-api'),
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      // Nobody listens there.
      ROUTER_URL: 'http://127.0.0.1:1',
      STORAGE_DIRECTORY: join(scratch, 'storage'),
      AUTH_SECRET: randomBytes(32).toString('hex'),
      PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    },
  })
  resources.defer(() => chatApi.stop())
  const web = await startService({
    name: 'web',
    entry: join(REPOSITORY, 'apps/web/dist/main.js'),
    environment: {
      ...shared,
      SERVICE_TOKEN_PRIVATE_JWK: keys.privateJwk('web'),
      CHAT_API_URL: `http://127.0.0.1:${chatApi.port}`,
    },
    port: webPort,
  })
  resources.defer(() => web.stop())
  const held = resources.move()
  return { url: front.url, chatApi, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/** What a load balancer does: takes the encryption off. */
async function openTlsFront(port: number): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(selfSignedCertificate(), (near) => {
    const far = connect(port, '127.0.0.1')
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
