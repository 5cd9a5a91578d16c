import Provider from 'oidc-provider'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a provider says of somebody. */
export interface OpenIdPerson {
  email?: string
  email_verified?: boolean
  name?: string
  groups?: string[]
}

export interface OpenIdProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  close(): Promise<void>
}

const CLIENT = { clientId: 'brainlyx', clientSecret: 'a secret of the tests' }

const PAGE = `<!doctype html><html lang="en"><title>The company</title><h1>The company</h1>
<form method="post"><label>Account <input name="account"></label>
<label>Groups <input name="groups"></label><button>Continue</button></form></html>`

/**
 * A real OpenID provider without passwords. A login hint names the subject, and nothing is asked; without one a page asks
 * for the account, which is the address before its `@`, and for its groups.
 * @param people whom it knows, by their subject; the page adds to them
 */
export async function startOpenIdProvider({
  redirectUri,
  people,
}: {
  redirectUri: string
  people: Map<string, OpenIdPerson>
}): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    format: 'jwk',
  })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
      },
    ],
    jwks: { keys: [{ ...jwk, kid: 'one', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a key of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, subject) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...people.get(subject) }),
    }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client!.clientId,
        accountId: context.oidc.session!.accountId!,
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) {
      void callback(request, response)
      return
    }
    const interact = async (): Promise<void> => {
      const { params } = await provider.interactionDetails(request, response)
      const hint = params['login_hint'] as string | undefined
      if (hint === undefined && request.method === 'GET') {
        response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE)
        return
      }
      const accountId = hint ?? addPerson(new URLSearchParams(await text(request)))
      await provider.interactionFinished(request, response, { login: { accountId } })
    }
    void interact()
  })

  function addPerson(form: URLSearchParams): string {
    const account = form.get('account') ?? ''
    people.set(account, {
      email: `${account}@example.com`,
      email_verified: true,
      name: account,
      groups: (form.get('groups') ?? '').split(',').map((group) => group.trim()),
    })
    return account
  }

  return {
    issuer,
    ...CLIENT,
    close: async () => {
      await new Promise((resolve) => server.close(resolve).closeAllConnections())
    },
  }
}
