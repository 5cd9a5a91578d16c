import { data } from 'react-router'

/** Paths that lead nowhere get a page, and a 404. */
export function loader(): never {
  // React Router's way to say «this is the page's status».
  // oxlint-disable-next-line typescript/only-throw-error
  throw data(null, { status: 404 })
}

export function action(): never {
  return loader()
}

export default function NotFound() {
  return null
}
