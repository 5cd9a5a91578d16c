/** A lynx: two tufted ears, one eye open. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path
        className="brand-head"
        d="M5.2 3.4c-.7-.9-2.1-.3-1.9.8l1.9 10.3A11.4 11.4 0 0 0 4.6 18c0 6.2 5.1 10.9 11.4 10.9S27.4 24.2 27.4 18c0-1.2-.2-2.4-.6-3.5l1.9-10.3c.2-1.1-1.2-1.7-1.9-.8l-5.1 5.8a13 13 0 0 0-11.4 0z"
      />
      <path className="brand-eye" d="M8.6 17.1c2.3-1.7 4.5-1.4 5.9.9-2 1.5-4.4 1.3-5.9-.9z" />
      <path className="brand-eye" d="M23.4 17.1c-2.3-1.7-4.5-1.4-5.9.9 2 1.5 4.4 1.3 5.9-.9z" />
      <path className="brand-nose" d="M14.6 22.3h2.8L16 24z" />
    </svg>
  )
}

export function Brand() {
  return (
    <a className="brand" href="/">
      <BrandMark />
      <span>Brainlyx</span>
    </a>
  )
}
