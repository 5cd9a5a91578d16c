import type { Me } from '@brainlyx/chat-contract'

/** Accounts elsewhere that one can sign in with. Plain links: they leave this site. */
export function ProviderLinks({
  providers,
  invitation,
}: {
  providers: Me['installation']['signInProviders']
  invitation?: string | undefined
}) {
  if (providers.length === 0) return null
  const query = invitation === undefined ? '' : `?${new URLSearchParams({ invitation })}`
  return (
    <ul className="provider-links" aria-label="Other ways to sign in">
      {providers.map(({ id, name, path }) => (
        <li key={id}>
          <a className="button" href={`${path}${query}`}>
            Continue with {name}
          </a>
        </li>
      ))}
    </ul>
  )
}
