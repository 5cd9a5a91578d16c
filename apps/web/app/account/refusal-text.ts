/** What a provider's sign-in ended with, by the code that chat-api put into the address. */
const TEXTS: Readonly<Record<string, string>> = {
  'account-exists':
    'There is an account with your address already. Sign in with its password; its address must be confirmed before another service can lead to it.',
  'account-banned': 'This account has been closed by an administrator.',
  'address-not-verified':
    'The other service does not say that your address is yours. Confirm it there first.',
  'domain-not-admitted': 'Addresses of this domain cannot sign up here.',
  'invitation-needed': 'One is invited here. Open the link of your invitation first.',
  'invitation-not-valid': 'This invitation is not valid, or not any more.',
  'provider-unreachable': 'The other service is not reachable. Try again in a moment.',
  'sign-in-expired': 'This took too long, or was begun elsewhere. Begin anew.',
  'sign-up-closed': 'Nobody can sign up here at the moment.',
  'too-many-attempts': 'Too many attempts. Wait a little, then try again.',
}

export function refusalText(code: string | null): string | null {
  if (code === null) return null
  return Object.hasOwn(TEXTS, code) ? TEXTS[code]! : 'Signing in there did not succeed. Try again.'
}
