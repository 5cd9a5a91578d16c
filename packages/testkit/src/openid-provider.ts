export { startOpenIdProvider } from './openid/openid-provider.ts'
export type { OpenIdPerson, OpenIdProvider } from './openid/openid-provider.ts'
