import { failPage } from './fail-page.ts'

/** Paths that lead nowhere get a page, and a 404. */
export function loader(): never {
  failPage(404, null)
}

export function action(): never {
  failPage(404, null)
}

export default function NotFound() {
  return null
}
