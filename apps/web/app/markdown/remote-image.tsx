import { useState } from 'react'
import { ImageIcon } from '../icons/icons.tsx'
import { decodeCharacterReferences } from './character-references.ts'
import { safeLink } from './safe-link.ts'

/**
 * A picture that an answer points at. Loading it would tell its server who reads this, and an address can carry what
 * was said here, so it loads only when its reader asks.
 */
export function RemoteImage({ source, description }: { source: string; description: string }) {
  const [loaded, setLoaded] = useState(false)
  const address = safeLink(decodeCharacterReferences(source))
  const label = description === '' ? 'Image' : description
  if (address === undefined || !address.startsWith('http')) return <span>{label}</span>
  if (loaded) {
    return (
      <img
        className="remote-image"
        src={address}
        alt={description}
        loading="lazy"
        referrerPolicy="no-referrer"
      />
    )
  }
  return (
    <span className="image-offer">
      <ImageIcon />
      <a href={address} target="_blank" rel="noopener noreferrer">
        {label}
      </a>
      <span className="image-host">{new URL(address).host}</span>
      <button
        type="button"
        className="small-button needs-script"
        aria-label={`Load the image “${label}” from ${new URL(address).host}`}
        onClick={() => setLoaded(true)}
      >
        Load image
      </button>
    </span>
  )
}
